import { useState } from 'react';
import { api, base64Of, Button, useAnnounce, useShortcuts, useText } from '#ui';
import type { Trace } from '../contract.ts';

/** The link of this journey, and all of it as a file: each step, and what was received and sent byte for byte where its reader may see it. */
export function ProofActions({ trace, mayRead }: { trace: Trace; mayRead: boolean }) {
  const t = useText();
  const announce = useAnnounce();
  const [isMaking, setMaking] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(window.location.href).then(
      () => announce(t('exchange.linkCopied')),
      () => announce(t('exchange.linkNotCopied')),
    );
  const exportProof = async () => {
    setMaking(true);
    try {
      save(`preuve-${trace.uniqueId ?? trace.documentId}.json`, await proofOf(trace, mayRead));
      announce(t('exchange.proofMade'));
    } catch {
      announce(t('exchange.proofFailed'));
    } finally {
      setMaking(false);
    }
  };
  useShortcuts({ e: () => void exportProof() });
  return (
    <p className="app-plain-actions">
      <Button onPress={copy}>{t('exchange.copyLink')}</Button>
      <Button isDisabled={isMaking} onPress={() => void exportProof()}>
        {t('exchange.exportProof')}
      </Button>
    </p>
  );
}

async function proofOf(trace: Trace, mayRead: boolean): Promise<string> {
  const sent = [];
  for (const { deliveryId, messages } of mayRead ? trace.deliveries : []) {
    if (!messages[0]) continue;
    const bytes = await api<Blob>(`/api/exchange/deliveries/${deliveryId}/mail`, { answer: 'bytes' });
    sent.push({ deliveryId, sha256: messages[0].sha256, base64: await base64Of(bytes) });
  }
  const received =
    mayRead && trace.arrival ? await api<Blob>(`/api/exchange/documents/${trace.documentId}/received`, { answer: 'bytes' }) : undefined;
  const arrived = received && { received: { sha256: trace.arrival?.sha256, base64: await base64Of(received) } };
  return JSON.stringify({ exportedAt: new Date().toISOString(), trace, ...arrived, sent }, undefined, 2);
}

function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
