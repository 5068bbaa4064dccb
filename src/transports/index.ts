/** Doors: bytes in and out, acknowledged only once kept. */
export { FolderDoor, type Look, type WatchedFolder, writeWhole } from './folder/watch-folder.ts';
export { type DepositDoor, type DepositReceipt, depositRoutes } from './http-deposit/deposit-routes.ts';
export { MllpClient, type MllpClientOptions, MllpError } from './mllp/client.ts';
export { type MllpListener, type MllpListenerOptions, type MllpPeer, startMllpListener } from './mllp/listener.ts';
export { type MailOutcome } from './smtp/outcome.ts';
export { type MailRelay, type MailRelaySettings, openMailRelay } from './smtp/relay.ts';
export { readMail, type ReadMail } from './mail/read-mail.ts';
export { readReceipts, type Receipt } from './mail/read-receipt.ts';
export { type MimeMail, writeFile, writeMime } from './mail/write-mime.ts';
export { type Disposition, writeDisposition } from './mail/write-disposition.ts';
export { type SmtpListener, type SmtpPeer, startSmtpListener } from './smtp/listener.ts';
export { readMailbox } from './imap/reader.ts';
