import { randomUUID } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { pdfOf, writeHprim } from '#formats';
import { StartError } from '#kernel';
import { type MailOutcome, openMailRelay } from '#transports';
import { freshReport } from './fresh-report.ts';
import { MAILING_BOX } from './mailboxes.ts';
import { makeRegion } from './region.ts';
import { storyPeople } from './stories.ts';

export type MailedFormat = 'pdf' | 'hprim';

const ZONE = 'Europe/Paris';

/**
 * One new report of Odette, as a laboratory whose software writes nothing else sends it: by mail, as a PDF whose subject names the patient or as HPRIM
 * Médecin. Neither holds an INS: a person of the identity cell says whose it is.
 * @throws StartError when the server is no demo with mailboxes of its own
 */
export async function mailFreshReport({ url, format, now }: { url: string; format: MailedFormat; now: Date }): Promise<MailOutcome> {
  const post = await postOf(url);
  const { report } = freshReport(now);
  const [{ birthFamily, firstBirthGiven }] = storyPeople(makeRegion());
  const { birthDate = '' } = report.patient;
  const birth = `${birthDate.slice(6, 8)}/${birthDate.slice(4, 6)}/${birthDate.slice(0, 4)}`;
  const attachment =
    format === 'pdf'
      ? { filename: 'resultats.pdf', content: Buffer.from((await pdfOf(report, ZONE)).bytes), contentType: 'application/pdf' }
      : { filename: 'resultats.hpr', content: Buffer.from(writeHprim(report)), contentType: 'application/octet-stream' };
  const raw = await new MailComposer({
    from: MAILING_BOX,
    to: post.to,
    date: now,
    subject: `CR de biologie ${birthFamily} ${firstBirthGiven} ${birth}`,
    text: 'Résultats de biologie, en pièce jointe.',
    attachments: [attachment],
  })
    .compile()
    .build();
  const relay = openMailRelay({ host: new URL(url).hostname, port: post.port, secure: false, plain: true });
  try {
    return await relay.send({ from: MAILING_BOX, to: post.to, raw, envelopeId: randomUUID() });
  } finally {
    relay.close();
  }
}

async function postOf(url: string): Promise<{ port: number; to: string }> {
  const answer = await fetch(`${url.replace(/\/+$/, '')}/api/demo`).catch(() => undefined);
  const { post } = answer?.ok ? ((await answer.json()) as { post?: { port: number; to: string } }) : {};
  if (!post) throw new StartError(`${url} takes no mail: is it a Cigogne demo with mailboxes of its own, on this machine?`);
  return post;
}
