import type { AccessFiles, WrittenMandate, WrittenPurpose, WrittenScope } from './access-files.js';

/**
 * What the entries of the catalogue say of each other.
 * @throws Error naming the file, the entry and how to mend it
 */
export function checkConsistency(files: AccessFiles): void {
  for (const [name, scope] of files.scopes) checkScope(name, scope, files);
  for (const [code, purpose] of files.purposes) checkPurpose(code, purpose, files);
  const ids = new Set<string>();
  for (const mandate of files.mandates) {
    if (ids.has(mandate.id)) throw wrong('mandates', mandate.id, 'the id is used twice: give each mandate its own');
    ids.add(mandate.id);
    checkMandate(mandate, files);
  }
  const used = new Set([...files.purposes.values()].flatMap(({ scopes }) => (scopes === '*' ? [...files.scopes.keys()] : scopes)));
  for (const name of files.scopes.keys())
    if (!used.has(name))
      throw wrong('scopes', name, 'it is in no purpose, so nobody could ever be given it: add it to one, or take it out');
}

const ANSWERS_ONLY: ReadonlySet<string> = new Set(['assert', 'count']);
const LASTING: ReadonlySet<string> = new Set(['write', 'export', 'subscribe']);

function checkScope(name: string, scope: WrittenScope, { scopes }: AccessFiles): void {
  const refuse = (message: string): Error => wrong('scopes', name, message);
  const sensitive = scope.sensitivity === 'S3' || scope.sensitivity === 'S4';
  if (sensitive && scope.separate !== true) throw refuse(`${scope.sensitivity} needs separate: true, a tick of its own`);
  if (LASTING.has(actionOf(name)) && scope.delegable && scope.delegableReason === undefined)
    throw refuse(`${actionOf(name)} is not delegable unless delegableReason says why`);
  if (scope.delegableReason !== undefined && !scope.delegable) throw refuse('delegableReason is given, but delegable names nobody');
  if (ANSWERS_ONLY.has(actionOf(name))) {
    if (scope.predicateOf === undefined) throw refuse('predicateOf must name the read scope whose data is not shown');
    if (!scopes.has(scope.predicateOf)) throw refuse(`predicateOf names ${scope.predicateOf}, which is not in schema/access/scopes.yaml`);
    if (actionOf(scope.predicateOf) !== 'read') throw refuse(`predicateOf names ${scope.predicateOf}, which is no read scope`);
  } else if (scope.predicateOf !== undefined) throw refuse('predicateOf is for assert and count only');
  if (scope.office === true && (actionOf(name) !== 'write' || scope.delegable))
    throw refuse('office is for acts of offices: a scope that writes, and that nobody may pass on');
  if (scope.own !== undefined && actionOf(name) !== 'read') throw refuse('own is for read only: employers may be given assert and count');
}

function checkPurpose(code: string, purpose: WrittenPurpose, files: AccessFiles): void {
  const refuse = (message: string): Error => wrong('purposes', code, message);
  const ownOnly = purpose.bases.every((basis) => basis === 'SELF');
  if (purpose.scopes === '*' && !ownOnly) throw refuse("scopes: '*' is for the person's own purposes: name the scopes one by one");
  const names = purpose.scopes === '*' ? [] : purpose.scopes;
  for (const name of names) {
    const scope = files.scopes.get(name);
    if (!scope) throw refuse(`scope ${name} is not in schema/access/scopes.yaml`);
    if (scope.sharing === 'NOT_SHARED' && !ownOnly) throw refuse(`scope ${name} is NOT_SHARED (不予共享): only the basis SELF may have it`);
    if (scope.heldBy !== undefined && !ownOnly)
      throw refuse(`scope ${name} is held by the hub for the person: only the basis SELF may have it`);
    if (purpose.through !== undefined && !scope.delegable?.includes(purpose.through))
      throw refuse(`scope ${name} is not delegable to ${purpose.through}`);
    if (purpose.bases.includes('CONSENT') && actionOf(name) === 'write')
      throw refuse(`a consent opens data and may not have ${name}: who acts for the person needs a delegation`);
    if (purpose.bases.includes('EMERGENCY') && LASTING.has(actionOf(name))) throw refuse(`an emergency may not have ${name}`);
    if (purpose.bases.includes('CONSENT') && scope.period === undefined)
      throw refuse(`a consent may bound the months of ${name}: say in schema/access/scopes.yaml what is left of it then (period)`);
    if (purpose.recipients?.includes('EMPLOYER') === true) checkEmployers(name, scope, refuse);
  }
  if (purpose.through !== undefined && !ownOnly)
    throw refuse('through is for purposes with the basis SELF: delegation says who acts, not why');
  checkLimits(purpose, files, refuse);
  if (purpose.bases.includes('MANDATE') && !files.mandates.some((mandate) => mandate.purpose === code))
    throw refuse('it has the basis MANDATE, but no mandate in schema/access/mandates.yaml serves it');
}

function checkLimits(purpose: WrittenPurpose, { parties }: AccessFiles, refuse: (message: string) => Error): void {
  const consent = purpose.bases.includes('CONSENT');
  for (const limit of ['dataLifeDays', 'validDays', 'maxUses'] as const) {
    if (consent && purpose[limit] === undefined) throw refuse(`it has the basis CONSENT, so ${limit} must bound what a consent may grant`);
    if (!consent && purpose[limit] !== undefined) throw refuse(`${limit} bounds consents, but it has no basis CONSENT`);
  }
  if (!consent && purpose.frequency !== undefined) throw refuse('frequency bounds consents, but it has no basis CONSENT');
  const asked = consent || purpose.bases.includes('EMERGENCY');
  if (asked && !purpose.recipients) throw refuse('recipients must name the kinds of party that may ask');
  if (!asked && purpose.recipients) throw refuse('recipients are for the bases CONSENT and EMERGENCY');
  for (const kind of purpose.recipients ?? [])
    if (!parties.has(kind)) throw refuse(`recipient ${kind} is not among the parties of schema/access/mandates.yaml`);
}

function checkMandate(mandate: WrittenMandate, { scopes, purposes, parties }: AccessFiles): void {
  const refuse = (message: string): Error => wrong('mandates', mandate.id, message);
  if (!parties.has(mandate.party)) throw refuse(`party ${mandate.party} is not among the parties of the same file`);
  const purpose = purposes.get(mandate.purpose);
  if (!purpose) throw refuse(`purpose ${mandate.purpose} is not in schema/access/purposes.yaml`);
  if (!purpose.bases.includes('MANDATE')) throw refuse(`purpose ${mandate.purpose} does not allow the basis MANDATE`);
  if (purpose.bases.includes('CONSENT') && purpose.recipients?.includes(mandate.party) === true)
    throw refuse(
      `${mandate.party} may ask for consent for ${mandate.purpose}: what the law lets it see needs none, and must not look like it`,
    );
  for (const name of mandate.scopes) {
    const scope = scopes.get(name);
    if (!scope) throw refuse(`scope ${name} is not in schema/access/scopes.yaml`);
    if (!purpose.scopes.includes(name)) throw refuse(`purpose ${mandate.purpose} does not cover ${name}`);
    if (mandate.role === 'EMPLOYER') checkEmployers(name, scope, refuse);
  }
  if ((mandate.region === 'OWN_WORKER') !== (mandate.role === 'EMPLOYER'))
    throw refuse('OWN_WORKER is the region of employers, and their only one');
  if (mandate.region === 'CASE_JURISDICTION' && mandate.case !== 'REQUIRED') throw refuse('CASE_JURISDICTION needs case: REQUIRED');
  if ((mandate.notice === 'DEFERRED') !== (mandate.deferral !== undefined))
    throw refuse(
      'deferral (a reason and days) belongs to notice: DEFERRED, and that to it: nobody is told later without a reason and an end',
    );
  if (mandate.notice === 'DEFERRED' && mandate.case === 'REQUIRED')
    throw refuse('notice: DEFERRED cannot go with a case: the person is told when one is opened');
}

/** Employers learn a yes, a no or a number, and what they have themselves declared. */
function checkEmployers(name: string, scope: WrittenScope, refuse: (message: string) => Error): void {
  if (!ANSWERS_ONLY.has(actionOf(name)) && scope.own === undefined)
    throw refuse(`an employer may not have ${name}: only assert, count, and read scopes that say what of it is their own`);
}

function actionOf(scope: string): string {
  return scope.slice(scope.indexOf(':') + 1);
}

function wrong(file: string, entry: string, message: string): Error {
  return new Error(`schema/access/${file}.yaml ${entry}: ${message}`);
}
