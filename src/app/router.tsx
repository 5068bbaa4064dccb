import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import { readPatientSearch } from '#ui';
import { lazyPage } from './lazy-page.ts';
import { parseAddress, writeAddress } from './address.ts';
import { HomePage } from './home.page.tsx';
import { PatientLayout } from './patient.layout.tsx';
import { BrokenPage, NotFoundPage } from './refused.page.tsx';
import { Shell } from './shell.tsx';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFoundPage,
  errorComponent: ({ error }) => <BrokenPage error={error instanceof Error ? error : new Error(String(error))} />,
});

const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage });

const patients = createRoute({
  getParentRoute: () => root,
  path: '/patients',
  component: lazyPage(() => import('./patients.page.tsx'), 'PatientsPage'),
});

const identities = createRoute({
  getParentRoute: () => root,
  path: '/identities',
  validateSearch: ({ open }: Record<string, unknown>): { open?: string } => (typeof open === 'string' ? { open } : {}),
  component: lazyPage(() => import('./identities.page.tsx'), 'IdentitiesPage'),
});

const identityPeople = createRoute({
  getParentRoute: () => root,
  path: '/identities/people',
  component: lazyPage(() => import('./identities.page.tsx'), 'IdentityPeoplePage'),
});

const oneIdentity = createRoute({
  getParentRoute: () => root,
  path: '/identities/people/$patientId',
  validateSearch: ({ other }: Record<string, unknown>): { other?: string } => (typeof other === 'string' ? { other } : {}),
  component: lazyPage(() => import('./identities.page.tsx'), 'OneIdentityPage'),
});

const patient = createRoute({
  getParentRoute: () => root,
  path: '/patients/$patientId',
  validateSearch: readPatientSearch,
  component: PatientLayout,
});

const patientHome = createRoute({
  getParentRoute: () => patient,
  path: '/',
  component: function ToBiology() {
    return <Navigate from={patient.fullPath} to="/patients/$patientId/biology" search={true} replace />;
  },
});

const biology = createRoute({
  getParentRoute: () => patient,
  path: 'biology',
  component: lazyRouteComponent(() => import('./patient-biology.page.tsx'), 'PatientBiologyPage'),
});

const documents = createRoute({
  getParentRoute: () => patient,
  path: 'documents',
  component: lazyPage(() => import('./patient-documents.page.tsx'), 'PatientDocumentsPage'),
});

const letter = createRoute({
  getParentRoute: () => patient,
  path: 'letter',
  component: lazyPage(() => import('./patient-letter.page.tsx'), 'PatientLetterPage'),
});

const accesses = createRoute({
  getParentRoute: () => patient,
  path: 'accesses',
  component: lazyPage(() => import('./accesses.page.tsx'), 'AccessesPage'),
});

const sharing = createRoute({
  getParentRoute: () => patient,
  path: 'sharing',
  component: lazyPage(() => import('./sharing.page.tsx'), 'SharingPage'),
});

const letters = createRoute({
  getParentRoute: () => root,
  path: '/letters',
  component: lazyPage(() => import('./letters.page.tsx'), 'LettersPage'),
});

const mail = createRoute({
  getParentRoute: () => root,
  path: '/mail',
  validateSearch: ({ write }: Record<string, unknown>): { write?: string } => (typeof write === 'string' ? { write } : {}),
  component: lazyPage(() => import('./mail.page.tsx'), 'MailPage'),
});

const region = createRoute({
  getParentRoute: () => root,
  path: '/region',
  component: lazyPage(() => import('./region.page.tsx'), 'RegionPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: lazyPage(() => import('./audit.page.tsx'), 'AuditPage'),
});

const rights = createRoute({
  getParentRoute: () => root,
  path: '/rights',
  component: lazyPage(() => import('./rights.page.tsx'), 'RightsPage'),
});

const laboratory = createRoute({
  getParentRoute: () => root,
  path: '/laboratory',
  component: lazyPage(() => import('./laboratory.page.tsx'), 'LaboratoryPage'),
});

const versions = createRoute({
  getParentRoute: () => root,
  path: '/versions',
  component: lazyPage(() => import('./versions.page.tsx'), 'VersionsPage'),
});

const mapping = createRoute({
  getParentRoute: () => root,
  path: '/mapping',
  validateSearch: ({ code }: Record<string, unknown>): { code?: string } => (typeof code === 'string' ? { code } : {}),
  component: lazyPage(() => import('./mapping.page.tsx'), 'MappingPage'),
});

const exchange = createRoute({
  getParentRoute: () => root,
  path: '/exchange',
  validateSearch: ({ id }: Record<string, unknown>): { id?: string } => (typeof id === 'string' ? { id } : {}),
  component: lazyPage(() => import('./exchange.page.tsx'), 'ExchangePage'),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyPage(() => import('./inbox.page.tsx'), 'InboxPage'),
});

const unacknowledged = createRoute({
  getParentRoute: () => root,
  path: '/unacknowledged',
  component: lazyPage(() => import('./inbox.page.tsx'), 'UnacknowledgedPage'),
});

const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: lazyPage(() => import('./rules.page.tsx'), 'RulesPage'),
});

const directory = createRoute({
  getParentRoute: () => root,
  path: '/directory',
  component: lazyPage(() => import('./directory.page.tsx'), 'DirectoryPage'),
});

const senders = createRoute({
  getParentRoute: () => root,
  path: '/senders',
  component: lazyPage(() => import('./senders.page.tsx'), 'SendersPage'),
});

const authorise = createRoute({
  getParentRoute: () => root,
  path: '/authorise/$step',
  component: lazyPage(() => import('./authorise.page.tsx'), 'AuthorisePage'),
});

/** `queries` is where the pages keep what they read from the server. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      home,
      patients,
      identities,
      identityPeople,
      oneIdentity,
      patient.addChildren([patientHome, biology, documents, letter, accesses, sharing]),
      letters,
      mail,
      region,
      audit,
      rights,
      laboratory,
      versions,
      mapping,
      directory,
      exchange,
      inbox,
      unacknowledged,
      rules,
      senders,
      authorise,
    ]),
    context: { queries },
    parseSearch: parseAddress,
    stringifySearch: writeAddress,
    defaultPreload: false,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
