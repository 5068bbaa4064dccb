import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { cookieSite, keepCookiesInFrame, writeSecurityHeaders } from './headers.ts';

const headersFor = (embedders: readonly string[]) => {
  const written: Record<string, string> = {};
  const reply = { header: (name: string, value: string) => Object.assign(written, { [name]: value }) } as unknown as FastifyReply;
  writeSecurityHeaders(reply, true, embedders);
  return written;
};
const asked = (destination: string) => ({ headers: { 'sec-fetch-dest': destination } }) as unknown as FastifyRequest;

describe('our pages in a frame', () => {
  test('are shown by nobody else as long as no software is registered for it', () => {
    const headers = headersFor([]);
    expect(headers['content-security-policy']).toMatch(/; frame-ancestors 'self'$/);
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  });

  test('are shown by the origins of registered software, and by no other', () => {
    const headers = headersFor(['https://logiciel.example']);
    expect(headers['content-security-policy']).toMatch(/; frame-ancestors 'self' https:\/\/logiciel\.example$/);
    expect(headers['x-frame-options']).toBeUndefined();
  });

  test('keep who is signed in for the pages of that software alone; a window of its own keeps it as ever', () => {
    const embedders = ['https://logiciel.example'];
    expect(cookieSite(asked('iframe'), true, embedders)).toEqual({ sameSite: 'none', secure: true, partitioned: true });
    expect(cookieSite(asked('document'), true, embedders)).toEqual({ sameSite: 'lax', secure: true });
    expect(cookieSite(asked('iframe'), true, [])).toEqual({ sameSite: 'lax', secure: true });
  });

  test('keep there the steps of the sign-in that another library writes', () => {
    const embedders = ['https://logiciel.example'];
    const written = (destination: string) => {
      const response = new ServerResponse(new IncomingMessage(new Socket()));
      keepCookiesInFrame(asked(destination), response, embedders);
      response.setHeader('Set-Cookie', ['step=1; path=/oidc; samesite=lax; httponly']);
      return response.getHeader('set-cookie');
    };
    expect(written('iframe')).toEqual(['step=1; path=/oidc; httponly; SameSite=None; Secure; Partitioned']);
    expect(written('document')).toEqual(['step=1; path=/oidc; samesite=lax; httponly']);
  });
});
