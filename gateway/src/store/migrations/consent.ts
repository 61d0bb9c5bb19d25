import { sql, type Kysely, type Migration } from 'kysely';

const ABOUT = `
  topic text not null,
  subject text not null,
  recipient_kind text not null,
  recipient_code text not null,
  purpose text not null`;
const LIMITS = `
  range_from text,
  range_to text,
  max_uses integer not null check (max_uses > 0),
  frequency_count integer,
  frequency_days integer,
  data_life_days integer not null`;

const STATEMENTS = [
  'create sequence consent_epoch as bigint',
  `create table consent_records (
    epoch bigint primary key default nextval('consent_epoch'),
    at timestamptz not null,
    entity text not null check (entity in ('REQUEST', 'CONSENT')),
    request_id text not null,
    consent_id text check ((consent_id is null) = (entity = 'REQUEST')),
    ${ABOUT},
    act text not null,
    from_state text,
    to_state text not null,
    by_kind text not null,
    by_user text,
    delegation_id text,
    told text[] not null,
    scopes text[]
  )`,
  'create index consent_records_request on consent_records (request_id, epoch)',
  `create table consent_requests (
    id text primary key,
    ${ABOUT},
    scopes text[] not null,
    ${LIMITS},
    valid_from timestamptz,
    valid_days integer not null,
    state text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    epoch bigint not null
  )`,
  'create index consent_requests_subject on consent_requests (subject, created_at desc, id desc)',
  'create index consent_requests_recipient on consent_requests (recipient_kind, recipient_code, created_at desc, id desc)',
  'create index consent_requests_topic on consent_requests (topic, closed_at)',
  `create index consent_requests_open on consent_requests (expires_at) where state = 'PENDING'`,
  `create table consents (
    id text primary key,
    request_id text not null unique references consent_requests,
    ${ABOUT},
    scopes text[] not null,
    ${LIMITS},
    valid_from timestamptz not null,
    valid_to timestamptz not null check (valid_to > valid_from),
    uses integer not null default 0 check (uses <= max_uses),
    state text not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    epoch bigint not null,
    artefact text not null,
    signature text not null,
    notice_zh text not null,
    notice_en text not null
  )`,
  'create index consents_subject on consents (subject, created_at desc, id desc)',
  'create index consents_recipient on consents (recipient_kind, recipient_code, created_at desc, id desc)',
  'create index consents_topic on consents (topic, created_at desc)',
  `create index consents_ending on consents (valid_to) where state in ('SCHEDULED', 'ACTIVE', 'PAUSED')`,
  `create index consents_beginning on consents (valid_from) where state = 'SCHEDULED'`,
  // At most one consent that counts, or can again, for each scope of a person, a recipient and a purpose.
  `create table consent_holdings (
    topic text not null,
    scope text not null,
    consent_id text not null references consents,
    primary key (topic, scope)
  )`,
  'create index consent_holdings_consent on consent_holdings (consent_id)',
  `create table consent_uses (
    consent_id text not null references consents,
    question_id text not null,
    used_at timestamptz not null,
    primary key (consent_id, question_id)
  )`,
  'create index consent_uses_lately on consent_uses (consent_id, used_at)',

  `create function consent_append_only() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
  end $$`,
  `create trigger consent_records_append_only before update or delete or truncate on consent_records
    for each statement execute function consent_append_only()`,

  // Ids only: whoever listens to the channel learns of nobody.
  `create function consent_notify() returns trigger language plpgsql as $$
  begin
    perform pg_notify('consent', new.epoch || ' ' || new.topic);
    return null;
  end $$`,
  'create trigger consent_records_notify after insert on consent_records for each row execute function consent_notify()',

  `create function consent_stays() returns trigger language plpgsql as $$
  begin
    if old.state not in ('SCHEDULED', 'ACTIVE', 'PAUSED') and (new.state <> old.state or new.scopes <> old.scopes) then
      raise exception 'consent % is in a final state', old.id using errcode = 'integrity_constraint_violation';
    end if;
    if (new.topic, new.request_id, new.valid_from, new.valid_to, new.max_uses, new.artefact, new.signature, new.notice_zh, new.notice_en)
      is distinct from
      (old.topic, old.request_id, old.valid_from, old.valid_to, old.max_uses, old.artefact, old.signature, old.notice_zh, old.notice_en) then
      raise exception 'consent % is written down for good', old.id using errcode = 'integrity_constraint_violation';
    end if;
    if not new.scopes <@ old.scopes then
      raise exception 'consent % cannot cover more than was given', old.id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end $$`,
  'create trigger consents_stay before update on consents for each row execute function consent_stays()',

  // Counts uses under the lock of each consent, in the order of ids, so that two questions with the same consents never wait for each other.
  // Every statement of the function sees what was committed before it, so that what was waited for is counted.
  `create function consent_use(consents_asked text[], questions_asked text[])
  returns table (used_consent text, used_question text, used boolean, changed_topic text) language plpgsql as $$
  #variable_conflict use_column
  declare
    pair record;
    held consents%rowtype;
    store_time timestamptz;
    known boolean;
    mark bigint;
  begin
    for pair in
      select distinct asked.consent, asked.question from unnest(consents_asked, questions_asked) as asked (consent, question) order by 1, 2
    loop
      used_consent := pair.consent;
      used_question := pair.question;
      used := false;
      changed_topic := null;
      select * into held from consents where id = pair.consent for update;
      if found then
        store_time := date_trunc('milliseconds', clock_timestamp());
        known := exists (select from consent_uses where consent_id = held.id and question_id = pair.question);
        if store_time < held.valid_from or store_time >= held.valid_to then
          used := false;
        elsif known then
          used := held.state in ('ACTIVE', 'EXHAUSTED');
        elsif held.state not in ('SCHEDULED', 'ACTIVE') or held.uses >= held.max_uses then
          used := false;
        elsif held.frequency_count is not null and held.frequency_count <= (
          select count(*) from consent_uses
          where consent_id = held.id and used_at > store_time - make_interval(days => held.frequency_days)
        ) then
          used := false;
        else
          used := true;
          insert into consent_uses values (held.id, pair.question, store_time);
          update consents set uses = uses + 1 where id = held.id;
          if held.state = 'SCHEDULED' then
            mark := consent_move(held, 'ACTIVATE', 'ACTIVE', '{PERSON}', store_time);
            held.state := 'ACTIVE';
            changed_topic := held.topic;
          end if;
          if held.uses + 1 = held.max_uses then
            mark := consent_move(held, 'EXHAUST', 'EXHAUSTED', '{PERSON,RECIPIENT}', store_time);
            delete from consent_holdings where consent_id = held.id;
            changed_topic := held.topic;
          end if;
        end if;
      end if;
      return next;
    end loop;
  end $$`,
  `create function consent_move(held consents, done text, becomes text, tell text[], store_time timestamptz)
  returns bigint language plpgsql as $$
  declare
    mark bigint;
  begin
    insert into consent_records (at, entity, request_id, consent_id, topic, subject, recipient_kind, recipient_code, purpose, act,
      from_state, to_state, by_kind, told)
    values (store_time, 'CONSENT', held.request_id, held.id, held.topic, held.subject, held.recipient_kind, held.recipient_code,
      held.purpose, done, held.state, becomes, 'HUB', tell)
    returning epoch into mark;
    update consents set state = becomes, changed_at = store_time, epoch = mark where id = held.id;
    return mark;
  end $$`,
] as const;

/** What persons have been asked for and have allowed, the record of it, and how often it was used. */
export const CONSENT: Migration = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
