-- Each professional and each place once in what a search looks in: those that the region registers by itself are brought up to date one by one.
create unique index search_entry_key on directory.search_entry (kind, key);
