-- A socket may be given what is new itself, read under the rights of that instant.
alter table fhir.subscription
  drop constraint subscription_content_check,
  add constraint subscription_content_check check (content in ('empty', 'id-only') or (content = 'full-resource' and channel = 'websocket'));
