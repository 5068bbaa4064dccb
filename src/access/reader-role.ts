/**
 * The role of the database under which people are answered. It reads of a record only what the door opened in the very transaction
 * (`access.open_records`): forgetting the door reads nothing. The owner of the tables does the system's own work, and is not held.
 */
export const READER_ROLE = 'cigogne_reader';
