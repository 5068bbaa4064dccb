-- Messages of a sender in a state, latest first (delivery_id is made of its time): found among millions whatever is asked of sender, state and date.
create index delivery_by_sender on exchange.delivery (structure, state, delivery_id desc);
