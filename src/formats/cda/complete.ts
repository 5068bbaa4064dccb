import type { Address, Coded, Entry, Item, LabReport, Participant, Result, Section, ServiceEvent, Telecom } from '../lab-report.ts';
import { LOINC, REPORT_CODE } from './oids.ts';

const UNKNOWN_ADDRESS: Address = { nullFlavor: 'NAV' };
const UNKNOWN_TELECOMS: Telecom[] = [{ nullFlavor: 'NAV' }];

/**
 * What the French model wants and a report may lack, when it can be said without inventing: words fixed to the letter, « not
 * available » for an address, the first version's identifier as that of the set. Nothing that the report says is changed, but
 * a provisional result, which this model writes as completed inside an act still active.
 *
 * Source: CI-SIS « structuration minimale » and CR-BIO 2024.01, rules that the national checks enforce.
 */
export function completeReport(report: LabReport): LabReport {
  return {
    ...report,
    realm: 'FR',
    language: report.language ?? 'fr-FR',
    code: { code: REPORT_CODE, display: "CR d'examens biologiques", system: LOINC, systemName: 'LOINC' },
    title: "Compte rendu d'examens biologiques",
    setId: report.setId ?? report.id,
    validators: report.validators.map(reachable),
    events: report.events.map(completeEvent),
    sections: report.sections.map(completeSection),
  };
}

/** Address and telephone are mandatory, their content is not. */
function reachable(person: Participant): Participant {
  if (person.address && person.telecoms) return person;
  return { ...person, address: person.address ?? UNKNOWN_ADDRESS, telecoms: person.telecoms ?? UNKNOWN_TELECOMS };
}

const completeEvent = (event: ServiceEvent): ServiceEvent =>
  event.performer ? { ...event, performer: reachable(event.performer) } : event;

function completeSection(section: Section): Section {
  if (section.entries.length === 0 && section.sections.length === 0) return section;
  return { ...section, entries: section.entries.map(completeEntry), sections: section.sections.map(completeSection) };
}

const completeEntry = (entry: Entry): Entry => ({ ...entry, items: entry.items.map(completeItem) });

function completeItem(item: Item): Item {
  if (item.kind === 'result') return completeResult(item);
  if (item.kind === 'battery' || item.kind === 'isolate') return { ...item, items: item.items.map(completeItem) };
  return item;
}

function completeResult(result: Result): Result {
  const code = named(result.code);
  if (result.status !== 'active' && code === result.code) return result;
  return { ...result, code, status: result.status === 'active' ? 'completed' : result.status };
}

/** A code needs its name; without one, the printed words are it. Without a code, neither name nor system may be given. */
function named(coded: Coded): Coded {
  if (coded.code !== undefined) return coded.display === undefined ? { ...coded, display: coded.originalText ?? coded.code } : coded;
  if (coded.display === undefined && coded.system === undefined && coded.systemName === undefined) return coded;
  const { display, system: _, systemName: __, ...rest } = coded;
  return display === undefined ? rest : { ...rest, originalText: rest.originalText ?? display };
}
