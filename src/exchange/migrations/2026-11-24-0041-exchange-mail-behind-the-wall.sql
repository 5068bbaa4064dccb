-- Mail as it came is of nobody's record: who answers people does not read it at all.
revoke all on exchange.incoming_mail from cigogne_reader;
