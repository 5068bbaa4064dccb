-- A critical result to call back about is not acknowledged: it is still awaited, with what is new and what was delegated.
drop index exchange.inbox_unanswered;
create index inbox_unanswered on exchange.inbox_line (structure, came_at) where state in ('new', 'delegated', 'call-back');
