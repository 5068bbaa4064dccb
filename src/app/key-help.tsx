import { Fragment } from 'react';
import { Button, Dialog, useText } from '#ui';
import './key-help.css';

/** Every key, by where it acts: the words are `app.keys.<place>.<name>`. */
const PLACES = [
  {
    place: 'everywhere',
    keys: [
      { name: 'search', keys: ['Ctrl', 'K'] },
      { name: 'back', keys: ['Échap'] },
      { name: 'help', keys: ['?'] },
    ],
  },
  {
    place: 'grid',
    keys: [
      { name: 'cell', keys: ['←', '↑', '↓', '→'] },
      { name: 'ends', keys: ['Début', 'Fin'] },
      { name: 'source', keys: ['↵'] },
      { name: 'curve', keys: ['G'] },
      { name: 'cross', keys: ['X'] },
      { name: 'filters', keys: ['N', 'A', 'V'] },
      { name: 'find', keys: ['/'] },
      { name: 'intervals', keys: ['I'] },
      { name: 'heat', keys: ['Z'] },
      { name: 'show', keys: ['R'] },
      { name: 'print', keys: ['P'] },
    ],
  },
  {
    place: 'curve',
    keys: [
      { name: 'point', keys: ['←', '→'] },
      { name: 'zoom', keys: ['+', '−'] },
      { name: 'log', keys: ['L'] },
      { name: 'table', keys: ['T'] },
    ],
  },
] as const;

/** The list of keys. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = useText();
  return (
    <Dialog
      title={t('app.keys.title')}
      isOpen
      onClose={onClose}
      actions={
        <Button size="large" look="primary" onPress={onClose}>
          {t('app.keys.close')}
        </Button>
      }
    >
      <div className="app-keys">
        {PLACES.map(({ place, keys }) => (
          <Fragment key={place}>
            <h3>{t(`app.keys.${place}`)}</h3>
            <dl>
              {keys.map(({ name, keys: caps }) => (
                <div key={name}>
                  <dt>
                    {caps.map((cap) => (
                      <kbd key={cap} className="ui-kbd">
                        {cap}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{t(`app.keys.${place}.${name}`)}</dd>
                </div>
              ))}
            </dl>
          </Fragment>
        ))}
      </div>
      <p className="app-page-note">{t('app.keys.letters')}</p>
    </Dialog>
  );
}
