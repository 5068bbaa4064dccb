import { describe, expect, test } from 'vitest';
import { isResultsUrl, resultsAt } from './contract.ts';

describe('where a laboratory shows its reports itself', () => {
  test.each([
    ['https://resultats.labo-essai.example/{dossier}', true],
    ['https://labo-essai.example/ouvrir?dossier={dossier}&langue=fr', true],
    ['https://labo-essai.example/#/{dossier}', true],
    ['http://labo-essai.example/{dossier}', false],
    ['https://labo-essai.example/', false],
    ['https://{dossier}.labo-essai.example/', false],
    ['https://labo-essai.example{dossier}/', false],
    ['https://labo-essai.example/{dossier}/{dossier}', false],
    ['https://labo-essai.example/{dossier}?ins={ins}', false],
    ['https://qui:mot@labo-essai.example/{dossier}', false],
    ['javascript:alert(1)//{dossier}', false],
    ['{dossier}', false],
  ])('%s: an address to fill in? %s', (template, is) => {
    expect(isResultsUrl(template)).toBe(is);
  });

  test("the laboratory's own number is all that leaves, and stays where it is put", () => {
    expect(resultsAt('https://labo-essai.example/{dossier}', '1.2.250.1.999.1^26-0417/A')).toBe('https://labo-essai.example/26-0417%2FA');
    expect(resultsAt('https://labo-essai.example/{dossier}?a=1', '1.2.250.1.999.1')).toBe('https://labo-essai.example/1.2.250.1.999.1?a=1');
    expect(resultsAt('https://labo-essai.example/{dossier}', "x^$&$'../?#")).toBe("https://labo-essai.example/%24%26%24'..%2F%3F%23");
  });
});
