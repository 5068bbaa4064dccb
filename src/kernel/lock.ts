import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Holds a folder for this process: nobody else of this machine gets the same lock until it is released or the process ends,
 * however it ends. The lock is a name in Linux's abstract socket space, so a crash leaves nothing behind to clean or to misread.
 * Its limit: two containers with separate networks that share a folder do not see each other's.
 * @param folder its real path
 * @returns how to release it; undefined when another process holds it
 */
export function holdFolder(purpose: string, folder: string): Promise<(() => Promise<void>) | undefined> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ path: `\0cigogne-${purpose}-${name}` }, () => {
      server.unref();
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
}
