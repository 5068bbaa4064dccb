import type { FastifyInstance } from 'fastify';

interface SetCookie {
  name: string;
  value: string;
  path?: string;
  maxAge?: number;
  expires?: Date;
}

/** A browser as far as redirections and cookies go; `base` is the server's own address, everything else is fetched for real. */
export function browser(app: FastifyInstance, base: string) {
  const jar = new Map<string, { value: string; path: string }>();
  const elsewhere = new Map<string, string>();
  const visited: string[] = [];

  async function request(method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}) {
    const { pathname, search, host } = new URL(url, base);
    const cookie = [...jar].flatMap(([name, { value, path }]) => (pathname.startsWith(path) ? [`${name}=${value}`] : [])).join('; ');
    const answer = await app.inject({ method, url: pathname + search, headers: { host, ...(cookie ? { cookie } : {}), ...headers } });
    for (const { name, value, path = '/', maxAge, expires } of answer.cookies as SetCookie[]) {
      if (value === '' || maxAge === 0 || (expires && expires.getTime() < Date.now())) jar.delete(name);
      else jar.set(name, { value, path });
    }
    return answer;
  }

  /** Follows other servers' redirections until one comes back here. */
  async function outside(url: string): Promise<string> {
    let next = url;
    for (let hops = 0; new URL(next).origin !== new URL(base).origin; hops += 1) {
      if (hops > 12) throw new Error(`never came back from ${next}`);
      const answer = await fetch(next, {
        redirect: 'manual',
        headers: { cookie: [...elsewhere].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
        elsewhere.set(name!, value!);
      }
      const location = answer.headers.get('location');
      if (!location) throw new Error(`${next} answers ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
      next = new URL(location, next).href;
    }
    return next;
  }

  return {
    jar,
    visited,
    request,
    /** Follows redirections until an answer that is none, or the home page. */
    async follow(url: string) {
      let answer = await request('GET', url);
      for (let hops = 0; answer.headers.location && hops < 12; hops += 1) {
        const next = new URL(await outside(new URL(answer.headers.location, base).href));
        visited.push(next.pathname);
        if (next.pathname === '/') return answer;
        answer = await request('GET', next.href);
      }
      return answer;
    },
  };
}
