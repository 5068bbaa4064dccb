/** The HTTP server: every door, errors, health, metrics, the documentation of the API, the pages. */
export { askInsi } from './ask-insi.ts';
export { createServer, type ServerDeps } from './create-server.ts';
export { openFolderDoor } from './folder-door.ts';
export { type MllpDoorDeps, openMllpDoor } from './mllp-door.ts';
export { criticalValuesOf } from './regional-values.ts';
export { sendMail, sendsMail } from './send-mail.ts';
export { tellSubscribers } from './tell-subscribers.ts';
