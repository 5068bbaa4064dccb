-- What was refused or waits for a person is of nobody's record yet, so that no door opens it: who answers people does not read it at all.
revoke all on record.quarantine, record.waiting_arrival, record.waiting_original from cigogne_reader;
