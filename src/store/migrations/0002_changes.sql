-- changed and changed_position are the number and the position of a message's last change; of one that is
-- as it was written, its own. A deleted message stays, without its body: its id is never free again.
ALTER TABLE messages ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN changed_position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN edited_at BIGINT;
ALTER TABLE messages ADD COLUMN deleted_at BIGINT;

UPDATE messages SET changed = seq, changed_position = position;

DROP INDEX messages_by_position;
-- Of a message that is as it was written the primary key has the number.
CREATE UNIQUE INDEX messages_by_change ON messages (room_id, changed) WHERE changed <> seq;
CREATE UNIQUE INDEX messages_by_changed_position ON messages (room_id, changed_position);
