import { useState } from 'react';
import { Button, Dialog, Segmented, TextField, Toggle, useText } from '#ui';
import type { SoftwareDestination, SoftwareLink } from '../contract.ts';

const KINDS = ['hl7', 'fhir', 'folder'] as const;
const RESULTS = ['oru', 'mdm'] as const;
const FHIR_RESULTS = ['document', 'resources'] as const;
const FORMATS = ['xdm', 'cda', 'hl7', 'hprim', 'pdf'] as const;

interface SoftwareDialogProps {
  software: SoftwareDestination;
  /** Ids of the others. */
  taken: readonly string[];
  onKeep: (software: SoftwareDestination) => void;
  onClose: () => void;
}

/** One software of the draft: its places, and how it is spoken to. What is written for another way is kept while the choice changes. */
export function SoftwareDialog({ software, taken, onKeep, onClose }: SoftwareDialogProps) {
  const t = useText();
  const { link } = software;
  const [id, setId] = useState(software.id);
  const [name, setName] = useState(software.name);
  const [serves, setServes] = useState(software.serves.join(' '));
  const [kind, setKind] = useState<SoftwareLink['kind']>(link.kind);
  const [hl7, setHl7] = useState(() => hl7Fields(link));
  const [fhir, setFhir] = useState(() => fhirFields(link));
  const [format, setFormat] = useState<(typeof FORMATS)[number]>(link.kind === 'folder' ? link.format : 'xdm');
  const places = serves.trim() === '' ? [] : serves.trim().split(/[\s,;]+/);
  const isId = /^[a-z0-9-]{2,30}$/.test(id) && !taken.includes(id);
  const arePlaces = places.length > 0 && places.every((one) => /^[0-9AB]{9}$/.test(one));
  const made = linkOf(kind, hl7, fhir, format);
  const keep = () => made && onKeep({ id, name: name.trim(), serves: places, link: made });
  return (
    <Dialog
      title={t(software.id ? 'exchange.software.changeOne' : 'exchange.software.add', { name: software.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('exchange.rules.cancel')}</Button>
          <Button look="primary" isDisabled={!isId || name.trim() === '' || !arePlaces || !made} onPress={keep}>
            {t('exchange.rules.keep')}
          </Button>
        </>
      }
    >
      <div className="exchange-form">
        <TextField label={t('exchange.software.name')} value={name} onChange={setName} isRequired />
        <TextField
          label={t('exchange.software.id')}
          help={t('exchange.software.idHelp')}
          value={id}
          onChange={setId}
          error={isId || id === '' ? undefined : t('exchange.software.idWrong')}
        />
        <TextField
          label={t('exchange.software.serves')}
          help={t('exchange.software.servesHelp')}
          value={serves}
          onChange={setServes}
          error={arePlaces || serves === '' ? undefined : t('exchange.software.servesWrong')}
        />
        <p className="ui-label">{t('exchange.software.how')}</p>
        <Segmented<SoftwareLink['kind']>
          label={t('exchange.software.how')}
          value={kind}
          onChange={setKind}
          choices={KINDS.map((value) => ({ value, label: t(`exchange.software.kind.${value}`) }))}
        />
        {kind === 'hl7' ? (
          <>
            <TextField label={t('exchange.software.host')} value={hl7.host} onChange={(host) => setHl7({ ...hl7, host })} />
            <TextField label={t('exchange.software.port')} value={hl7.port} onChange={(port) => setHl7({ ...hl7, port })} />
            <Toggle isOn={hl7.isTls} onChange={(isTls) => setHl7({ ...hl7, isTls })}>
              TLS
            </Toggle>
            <p className="ui-caption">{t('exchange.software.tlsHelp')}</p>
            <Segmented<(typeof RESULTS)[number]>
              label={t('exchange.software.results')}
              value={hl7.results}
              onChange={(results) => setHl7({ ...hl7, results })}
              choices={RESULTS.map((value) => ({ value, label: t(`exchange.software.results.${value}`) }))}
            />
            <TextField
              label={t('exchange.software.application')}
              value={hl7.application}
              onChange={(application) => setHl7({ ...hl7, application })}
            />
          </>
        ) : null}
        {kind === 'fhir' ? (
          <>
            <TextField
              label={t('exchange.software.base')}
              help={t('exchange.software.baseHelp')}
              value={fhir.base}
              onChange={(base) => setFhir({ ...fhir, base })}
            />
            <TextField
              label={t('exchange.software.sourceId')}
              help={t('exchange.software.sourceIdHelp')}
              value={fhir.sourceId}
              onChange={(sourceId) => setFhir({ ...fhir, sourceId })}
            />
            <Segmented<(typeof FHIR_RESULTS)[number]>
              label={t('exchange.software.results')}
              value={fhir.results}
              onChange={(results) => setFhir({ ...fhir, results })}
              choices={FHIR_RESULTS.map((value) => ({ value, label: t(`exchange.software.results.${value}`) }))}
            />
            <p className="ui-caption">{t('exchange.software.resourcesHelp')}</p>
          </>
        ) : null}
        {kind === 'folder' ? (
          <>
            <Segmented<(typeof FORMATS)[number]>
              label={t('exchange.software.format')}
              value={format}
              onChange={setFormat}
              choices={FORMATS.map((value) => ({ value, label: value.toUpperCase() }))}
            />
            <p className="ui-caption">{t('exchange.software.folderHelp')}</p>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}

const fhirFields = (link: SoftwareLink) => ({
  base: link.kind === 'fhir' ? link.base : '',
  sourceId: link.kind === 'fhir' ? link.sourceId : '',
  results: (link.kind === 'fhir' && link.results) || ('document' as const),
});

type Hl7Fields = ReturnType<typeof hl7Fields>;

const hl7Fields = (link: SoftwareLink) => ({
  host: link.kind === 'hl7' ? link.host : '',
  port: link.kind === 'hl7' ? String(link.port) : '',
  isTls: link.kind === 'hl7' ? link.isTls : true,
  results: link.kind === 'hl7' ? link.results : ('oru' as const),
  application: link.kind === 'hl7' ? (link.application ?? '') : '',
  facility: link.kind === 'hl7' ? link.facility : undefined,
});

/** Undefined while something that the way needs is missing. */
function linkOf(
  kind: SoftwareLink['kind'],
  { host, port, application, facility, ...hl7 }: Hl7Fields,
  { base, sourceId, results }: ReturnType<typeof fhirFields>,
  format: (typeof FORMATS)[number],
): SoftwareLink | undefined {
  switch (kind) {
    case 'hl7': {
      const isPort = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536;
      if (!isPort || host.trim() === '') return undefined;
      const receiver = { ...(application.trim() && { application: application.trim() }), ...(facility !== undefined && { facility }) };
      return { kind, host: host.trim(), port: Number(port), ...hl7, ...receiver };
    }
    case 'fhir':
      if (base.trim() === '' || sourceId.trim() === '') return undefined;
      return { kind, base: base.trim(), sourceId: sourceId.trim(), ...(results === 'resources' && { results }) };
    case 'folder':
      return { kind, format };
  }
}
