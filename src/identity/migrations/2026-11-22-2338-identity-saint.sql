-- SAINT and ST, SAINTE and STE are one word in the comparison of names: what was compared before is written as it is compared now.
create function identity.saints_in_full(words text) returns text language sql immutable as $$
  select regexp_replace(regexp_replace(words, '\mST\M', 'SAINT', 'g'), '\mSTE\M', 'SAINTE', 'g')
$$;
update identity.patient set compared_family = identity.saints_in_full(compared_family), search_family = identity.saints_in_full(search_family),
    search_words = identity.saints_in_full(search_words)
 where search_words ~ '\mSTE?\M' or compared_family ~ '\mSTE?\M';
update identity.source_identity set fingerprint = identity.saints_in_full(fingerprint) where fingerprint ~ '\mSTE?\M';
update identity.waiting set fingerprint = identity.saints_in_full(fingerprint) where fingerprint ~ '\mSTE?\M';
drop function identity.saints_in_full(text);
