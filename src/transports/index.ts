/** Doors: bytes in and out, acknowledged only once kept. */
export { type DepositDoor, type DepositReceipt, depositRoutes } from './http-deposit/deposit-routes.ts';
