/** The mail of those who have no mail software. */
export { MailPage } from './mail.page.tsx';
