import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InboxLine } from '#exchange/contract';
import { Button, useText } from '#ui';
import { Misfiled } from './misfiled.tsx';
import { recordQuery } from './use-lgc.ts';

/** Under the decision: the report as its laboratory made it, and the word that it is filed for the wrong patient. */
export function BesideDecision({ line }: { line: InboxLine }) {
  const t = useText();
  const { data } = useQuery(recordQuery(line.patientId));
  const [isWrong, setIsWrong] = useState(false);
  const document = data?.documents.find(({ documentId }) => documentId === line.documentId);
  if (!data || !document) return null;
  return (
    <p className="lgc-actions">
      <a className="ui-button ui-button-plain" href={`/api/documents/${document.documentId}/pdf`} target="_blank" rel="noreferrer">
        {t('lgc.original')}
      </a>
      <Button look="quiet" onPress={() => setIsWrong(true)}>
        {t('lgc.misfiled')}
      </Button>
      {isWrong ? <Misfiled document={document} number={data.patient.number} onClose={() => setIsWrong(false)} /> : null}
    </p>
  );
}
