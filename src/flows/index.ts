/** What happens, one file a flow: read these first. */
export { type RecallAsked, recallDocument } from './recall-document.ts';
export { receiveMail } from './receive-mail.ts';
export { afterIdentityDecision } from './decided-identity.ts';
export { type Arrival, type Deposited, type ReceiveDeps, receiveDocument } from './receive-document.ts';
export { type Among, receiveAmong, receiveEach, receiveTogether } from './receive-among.ts';
export { type PartTaken, receiveFile, type Taken } from './receive-file.ts';
export { fileDocument } from './file-document.ts';
export { attachDocument } from './attach-document.ts';
export { fileMailed } from './file-mailed.ts';
export { finishLetter } from './finish-letter.ts';
export { previewRouting } from './preview-routing.ts';
export { receiveAdt } from './receive-adt.ts';
export { readingOf, receiveReading } from './receive-reading.ts';
export { receiveWithdrawal, withdrawalIn } from './receive-withdrawal.ts';
export { normaliseResults } from './normalise-results.ts';
export { RefusedDeposit } from './refused-deposit.ts';
