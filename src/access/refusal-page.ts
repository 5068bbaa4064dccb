import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}h1{font-size:1.4rem}[lang=en]{color:#555}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const REASONS = {
  'unknown-person': {
    fr: 'Votre identité est confirmée, mais vous n’êtes pas dans l’annuaire de cette région. Demandez votre inscription à l’administrateur régional.',
    en: 'Your identity is confirmed, but you are not in the directory of this region. Ask the regional administrator to register you.',
  },
  failed: {
    fr: 'Le service d’identification n’a pas confirmé votre identité. Recommencez ; si cela se répète, prévenez l’administrateur régional.',
    en: 'The sign-in service did not confirm your identity. Try again; if it happens again, tell the regional administrator.',
  },
  expired: {
    fr: 'La connexion a pris trop de temps, ou a commencé dans une autre fenêtre. Recommencez.',
    en: 'Signing in took too long, or started in another window. Try again.',
  },
} as const;

/** Someone could not sign in: says why and what to do, without script. */
export function sendRefusalPage(reply: FastifyReply, status: number, reason: keyof typeof REASONS): FastifyReply {
  const { fr, en } = REASONS[reason];
  reply.header('content-security-policy', `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'`);
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Connexion refusée</title><style>${STYLE}</style>` +
        `<h1>Connexion refusée</h1><p>${fr}</p><p lang="en">${en}</p><p><a href="/">Retour · Back</a></p></html>`,
    );
}
