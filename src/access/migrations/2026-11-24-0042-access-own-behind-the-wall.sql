-- Who answers people adds to the audit and moves its heads, by the door; what anchors and archives it, sessions and tokens are the server's own.
revoke all on access.audit_anchor, access.audit_anchor_head, access.audit_archive, access.audit_archive_head, access.session, access.oidc_item
  from cigogne_reader;
revoke update, delete on access.audit_event from cigogne_reader;
revoke delete on access.audit_head from cigogne_reader;
