//! What a batch of drafts comes to: which of them take a number and which are answered by what is there.
//! Plain data, between what was read from the database and what will be written to it.

use std::collections::{BTreeMap, HashMap};

use super::writer::{Action, AppendError, Draft, Receipt};
use crate::access::{RoomAction, decide};
use crate::domain::{
    Body, Change, ChangeKind, Message, MessageId, Millis, Position, RoomId, User, UserId,
};
use crate::planted::{self, Bug};

/// The log as far as a batch needs it.
pub struct Batch {
    messages: HashMap<MessageId, Entry>,
    numbers: Numbers,
    at: Millis,
    changes: Vec<(RoomId, Message)>,
    moderated: Vec<(Draft, User)>,
}

struct Entry {
    room: RoomId,
    message: Message,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// As the database has it.
    Stored,
    /// The database has an older version.
    Changed,
    /// The database does not have it.
    New { changed: bool },
}

/// The newest numbers.
pub struct Numbers {
    pub rooms: BTreeMap<RoomId, u64>,
    pub position: Position,
}

impl Numbers {
    fn next(&mut self, room: RoomId) -> Result<(u64, Position), AppendError> {
        let seq = self.rooms.get_mut(&room).ok_or(AppendError::NoRoom)?;
        *seq += if planted::shows(Bug::SkippedNumber, 200) { 2 } else { 1 };
        self.position.0 += 1;
        Ok((*seq, self.position))
    }
}

/// What is to be written.
pub struct Written {
    /// Rows to add, in the order of their numbers.
    pub new: Vec<(RoomId, Message)>,
    /// Rows to bring up to date, some of them new ones.
    pub changed: Vec<(RoomId, Message)>,
    /// The newest number of each room.
    pub rooms: BTreeMap<RoomId, u64>,
    /// All that happened, in the order of its numbers, each message as it then was.
    pub changes: Vec<(RoomId, Message)>,
    /// Deletions by somebody who is not the author, who is named.
    pub moderated: Vec<(Draft, User)>,
}

impl Batch {
    /// `known` are the messages whose ids the drafts name, `numbers` those of the drafts' rooms.
    pub fn new(known: Vec<(RoomId, Message)>, numbers: Numbers, at: Millis) -> Self {
        let entry = |(room, message): (RoomId, Message)| {
            (message.id, Entry { room, message, state: State::Stored })
        };
        let messages = known.into_iter().map(entry).collect();
        Self { messages, numbers, at, changes: Vec::new(), moderated: Vec::new() }
    }

    pub fn apply(&mut self, draft: &Draft) -> Result<Receipt, AppendError> {
        match &draft.action {
            Action::Post { body, mentions } => self.post(draft, body, mentions),
            Action::Edit { body, version } => self.edit(draft, body, *version),
            Action::Delete => self.delete(draft),
        }
    }

    fn post(
        &mut self,
        draft: &Draft,
        body: &Body,
        mentions: &[UserId],
    ) -> Result<Receipt, AppendError> {
        if let Some(Entry { room, message, .. }) = self.messages.get(&draft.id) {
            if planted::shows(Bug::NoDedupe, 1) {
                return self.post(
                    &Draft { id: MessageId::fresh(), ..draft.clone() },
                    body,
                    mentions,
                );
            }
            let same = message.author.id == draft.author.id && *room == draft.room;
            return if same { Ok(message.into()) } else { Err(AppendError::IdTaken) };
        }
        decide(draft.role, draft.place, RoomAction::Post)?;
        let (seq, position) = self.numbers.next(draft.room)?;
        let message = Message {
            room: draft.room_name.clone(),
            seq,
            position,
            id: draft.id,
            author: draft.author.clone(),
            body: body.clone(),
            sent_at: self.at,
            change: None,
            mentions: mentions.to_vec(),
        };
        let receipt = (&message).into();
        self.changes.push((draft.room, message.clone()));
        let entry = Entry { room: draft.room, message, state: State::New { changed: false } };
        self.messages.insert(draft.id, entry);
        Ok(receipt)
    }

    fn edit(
        &mut self,
        draft: &Draft,
        body: &Body,
        version: Option<u64>,
    ) -> Result<Receipt, AppendError> {
        let message = self.find(draft)?;
        let author = message.author.id == draft.author.id;
        decide(draft.role, draft.place, RoomAction::Edit { author })?;
        if message.is_deleted() {
            return Err(AppendError::Deleted);
        }
        // The same again, whichever version it was meant for.
        if message.body == *body {
            return Ok(message.into());
        }
        if version.is_some_and(|version| version != message.last_seq()) {
            return Err(AppendError::Outdated);
        }
        self.change(draft, ChangeKind::Edited, body.clone())
    }

    fn delete(&mut self, draft: &Draft) -> Result<Receipt, AppendError> {
        let message = self.find(draft)?;
        let author = message.author.id == draft.author.id;
        decide(draft.role, draft.place, RoomAction::Erase { author })?;
        if message.is_deleted() {
            return Ok(message.into());
        }
        if !author {
            self.moderated.push((draft.clone(), message.author.clone()));
        }
        self.change(draft, ChangeKind::Deleted, Body::erased())
    }

    /// The message that a draft is about.
    fn find(&self, draft: &Draft) -> Result<&Message, AppendError> {
        let found = self.messages.get(&draft.id).filter(|entry| entry.room == draft.room);
        found.map(|entry| &entry.message).ok_or(AppendError::NoMessage)
    }

    fn change(
        &mut self,
        draft: &Draft,
        kind: ChangeKind,
        body: Body,
    ) -> Result<Receipt, AppendError> {
        let entry = self.messages.get_mut(&draft.id).ok_or(AppendError::NoMessage)?;
        let (seq, position) = self.numbers.next(draft.room)?;
        entry.message.body = body;
        entry.message.change = Some(Change { seq, position, at: self.at, kind });
        entry.state = match entry.state {
            State::New { .. } => State::New { changed: true },
            State::Stored | State::Changed => State::Changed,
        };
        self.changes.push((draft.room, entry.message.clone()));
        Ok((&entry.message).into())
    }

    pub fn finish(self) -> Written {
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for Entry { room, message, state } in self.messages.into_values() {
            match state {
                State::Stored => {}
                State::Changed => changed.push((room, message)),
                State::New { changed: false } => new.push((room, message)),
                State::New { changed: true } => {
                    new.push((room, message.clone()));
                    changed.push((room, message));
                }
            }
        }
        // Rows in the order of the index are cheaper to add.
        new.sort_unstable_by_key(|(_, message)| message.position);
        Written {
            new,
            changed,
            rooms: self.numbers.rooms,
            changes: self.changes,
            moderated: self.moderated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Denied, Place, Role, RoomKind, Standing};
    use crate::domain::{RoomName, UserName};

    const LOBBY: RoomId = RoomId(1);

    fn batch() -> Batch {
        let numbers = Numbers { rooms: [(LOBBY, 7)].into(), position: Position(40) };
        Batch::new(Vec::new(), numbers, 1000)
    }

    fn ada() -> User {
        User { id: UserId::random(), name: UserName::parse("ada").expect("a name") }
    }

    fn body(text: &str) -> Body {
        Body::parse(text, 100).expect("a body")
    }

    fn draft(author: &User, id: MessageId, action: Action) -> Draft {
        let kind = RoomKind::Open;
        let place = Place { kind, standing: Standing::Member, lobby: true, archived: false };
        let (role, author) = (Role::Guest, author.clone());
        Draft { room: LOBBY, room_name: RoomName::lobby(), id, author, role, place, action }
    }

    fn post(text: &str) -> Action {
        Action::Post { body: body(text), mentions: Vec::new() }
    }

    fn edit(text: &str, version: Option<u64>) -> Action {
        Action::Edit { body: body(text), version }
    }

    #[test]
    fn all_that_happens_to_a_message_in_one_batch_is_told_and_the_end_of_it_is_stored() {
        let (mut batch, ada, id) = (batch(), ada(), MessageId::fresh());
        let changed = |receipt: Result<Receipt, _>| receipt.map(|receipt| receipt.last_seq());
        assert_eq!(changed(batch.apply(&draft(&ada, id, post("a")))), Ok(8));
        assert_eq!(changed(batch.apply(&draft(&ada, id, edit("b", Some(8))))), Ok(9));
        assert_eq!(changed(batch.apply(&draft(&ada, id, Action::Delete))), Ok(10));
        assert_eq!(changed(batch.apply(&draft(&ada, id, Action::Delete))), Ok(10));
        let written = batch.finish();
        let told: Vec<_> =
            written.changes.iter().map(|(_, m)| (m.seq, m.last_seq(), m.body.as_str())).collect();
        assert_eq!(told, [(8, 8, "a"), (8, 9, "b"), (8, 10, "")]);
        assert_eq!(written.rooms[&LOBBY], 10);
        assert_eq!((written.new.len(), written.changed.len()), (1, 1));
        assert!(written.changed[0].1.is_deleted());
    }

    #[test]
    fn an_edit_of_an_old_version_is_refused_unless_it_says_the_same() {
        let (mut batch, ada, id) = (batch(), ada(), MessageId::fresh());
        for action in [post("a"), edit("b", Some(8))] {
            batch.apply(&draft(&ada, id, action)).expect("it is taken");
        }
        let refused = batch.apply(&draft(&ada, id, edit("c", Some(8)))).map(|it| it.last_seq());
        assert_eq!(refused, Err(AppendError::Outdated));
        let again = batch.apply(&draft(&ada, id, edit("b", Some(8)))).map(|it| it.last_seq());
        assert_eq!(again, Ok(9));
        assert_eq!(batch.finish().changes.len(), 2);
    }

    #[test]
    fn only_its_author_changes_a_message_and_only_in_its_room() {
        let (mut batch, ada, bob, id) = (batch(), ada(), ada(), MessageId::fresh());
        batch.apply(&draft(&ada, id, post("a"))).expect("it is taken");
        let mut refused = |draft| batch.apply(&draft).map(|it| it.last_seq());
        assert_eq!(
            refused(draft(&bob, id, Action::Delete)),
            Err(AppendError::Denied(Denied::NotAuthor))
        );
        assert_eq!(
            refused(draft(&bob, id, edit("b", None))),
            Err(AppendError::Denied(Denied::NotAuthor))
        );
        let elsewhere = Draft { room: RoomId(2), ..draft(&ada, id, Action::Delete) };
        assert_eq!(refused(elsewhere), Err(AppendError::NoMessage));
        let unknown = draft(&ada, MessageId::fresh(), Action::Delete);
        assert_eq!(refused(unknown), Err(AppendError::NoMessage));
    }
}
