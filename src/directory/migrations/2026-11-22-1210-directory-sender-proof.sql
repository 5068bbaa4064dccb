-- How a system that has keys proves who it is: by assertions they sign (also when nothing is said), or by the certificate of its TLS connection.
alter table directory.sender add column proof text check (proof in ('key', 'certificate'));
