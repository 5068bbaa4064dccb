/** Who sent it, who reads it: structures (FINESS), professionals (RPPS), and the systems that may deposit. */
export type { Structure } from './contract.ts';
export { registerPractitioners, registerSenders, registerStructures } from './register.ts';
export { directoryRoutes } from './routes.ts';
export {
  admittedSender,
  findSender,
  notConnected,
  practitioner,
  type Practitioner,
  type Sender,
  senders,
  structure,
  structures,
} from './store.ts';
