import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#kernel';
import { readAnswer, writeTraitsQuery } from './messages.ts';

const soap = (inner: string) =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${inner}</e:Body></e:Envelope>`,
  );
const result = (code: string, more = '') =>
  soap(`<r:RESULTAT xmlns:r="http://www.cnamts.fr/INSiResultat"><r:CR><r:CodeCR>${code}</r:CodeCR></r:CR>${more}</r:RESULTAT>`);
const person = (list: string) =>
  `<r:INDIVIDU><r:INSACTIF><r:IdIndividu><r:NumIdentifiant>180052A004123</r:NumIdentifiant><r:Cle>1</r:Cle></r:IdIndividu><r:OID>1.2.250.1.213.1.4.10</r:OID></r:INSACTIF><r:TIQ><r:NomNaissance>ESSAI</r:NomNaissance><r:ListePrenom>${list}</r:ListePrenom><r:Sexe>M</r:Sexe><r:DateNaissance>1980-05-01</r:DateNaissance><r:LieuNaissance>2A004</r:LieuNaissance></r:TIQ></r:INDIVIDU>`;

describe('an answer of the national service', () => {
  test('holds the matricule with its key of two digits, and the reference traits', () => {
    expect(readAnswer(result('00', person('JEAN-PIERRE PAUL')))).toEqual({
      found: 'one',
      identity: {
        ins: { oid: '1.2.250.1.213.1.4.10', value: '180052A00412301' },
        former: [],
        traits: {
          birthFamily: 'ESSAI',
          birthGivens: 'JEAN-PIERRE PAUL',
          firstBirthGiven: 'JEAN-PIERRE',
          sex: 'M',
          birthDate: '1980-05-01',
          birthPlace: { cog: '2A004' },
        },
      },
    });
  });
  test('says that nobody, or several, have these traits', () => {
    expect(readAnswer(result('01'))).toEqual({ found: 'none' });
    expect(readAnswer(result('02'))).toEqual({ found: 'several' });
  });
  test.each([
    ['a fault', soap('<e:Fault/>')],
    ['an unknown code', result('99')],
    ['an identity without given names', result('00', person(''))],
    ['an identity that is not there', result('00')],
    ['a page of a proxy', Buffer.from('<html><body>503</body></html>')],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is no answer', (_, bytes) => {
    expect(() => readAnswer(bytes)).toThrow(Refusal);
  });
  test('whatever comes is an answer or a refusal, never a fault of ours', () => {
    const valid = result('00', person('JEAN')).toString('latin1');
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(40), fc.string({ maxLength: 20 }), (at, cut, put) => {
        const bytes = Buffer.from(valid.slice(0, at) + put + valid.slice(at + cut), 'latin1');
        expect(outcomeOf(() => readAnswer(bytes))).toMatch(/^(one|none|several|report\.)/);
      }),
    );
  });
});

const outcomeOf = (read: () => { found: string }): string => {
  try {
    return read().found;
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

test('a question names the traits as the national register writes them, and escapes what is not a name', () => {
  const traits = { birthFamily: 'Œuvré <&> Essai', birthGivens: 'Zoé', firstBirthGiven: 'Zoé', sex: 'F', birthDate: '1990-01-02' } as const;
  const software = { idam: 'X&Y', name: 'Cigogne', version: '1' };
  const text = writeTraitsQuery(traits, 'Zoé', { messageId: 'm', software, now: new Date(0) });
  expect(text).toContain(
    '<NomNaissance>OEUVRE ESSAI</NomNaissance><Prenom>ZOE</Prenom><Sexe>F</Sexe><DateNaissance>1990-01-02</DateNaissance>',
  );
  expect(text).toContain('X&amp;Y');
  expect(text).not.toContain('LieuNaissance');
});
