//! A client's commands about rooms, as verbs of the registry of rooms.

use super::commands::Caller;
use crate::chat::Settle;
use crate::chat::View;
use crate::domain::{MessageId, Search, UserId};
use crate::rooms::{Actor, Draft, NewBan, RoomError, Update};
use crate::views;
use crate::wire::{self, Failure, RoomCommand};

impl Caller {
    pub fn about_room(self, command: RoomCommand) {
        actix::spawn(async move {
            let (hold, actor) = self.hold().await;
            if let Err(error) = self.carry_out(&actor, command).await {
                self.answer::<()>(Err(error.into()));
            }
            drop(hold);
        });
    }

    async fn carry_out(&self, actor: &Actor, command: RoomCommand) -> Result<(), RoomError> {
        let rooms = &self.services.rooms;
        match command {
            RoomCommand::List(wire::ListRooms { query, after, limit }) => {
                let page = rooms.list(actor, Search::new(query, after, limit)).await?;
                self.answer(Ok(views::room_list(&page, &self.services.accounts)));
            }
            RoomCommand::Create(wire::CreateRoom { title, kind, topic }) => {
                let draft = Draft { title, topic, kind };
                let makers = self.services.accounts.settings().create_rooms;
                let view = rooms.create(actor, draft, makers).await?;
                self.answer_with_room(view).await?;
            }
            RoomCommand::Direct(wire::Direct { people }) => {
                let people: Vec<_> = people.into_iter().map(UserId).collect();
                self.answer_with_room(rooms.direct(actor, &people).await?).await?;
            }
            RoomCommand::Update(wire::UpdateRoom { room, changes }) => {
                self.answer_with_room(rooms.update(actor, &room, changes.into()).await?).await?;
            }
            RoomCommand::Delete(wire::InRoom { room }) => {
                rooms.delete(actor, &room).await?;
                self.answer_with_nothing().await?;
            }
            RoomCommand::Members(wire::ListMembers { room, query, after, limit }) => {
                let search = Search::new(query, after.map(UserId), limit);
                let page = rooms.members(actor, &room, search).await?;
                self.answer(Ok(views::member_list(&page)));
            }
            RoomCommand::Invite(wire::About { room, user }) => {
                self.answer_with_room(rooms.invite(actor, &room, UserId(user)).await?).await?;
            }
            RoomCommand::Remove(wire::About { room, user }) => {
                rooms.remove(actor, &room, UserId(user)).await?;
                self.answer_with_nothing().await?;
            }
            RoomCommand::Moderator(wire::Appoint { room, user, moderator }) => {
                rooms.appoint(actor, &room, UserId(user), moderator).await?;
                self.answer_with_nothing().await?;
            }
            RoomCommand::Mute(wire::Mute { room, user, for_ms }) => {
                let muted_until = rooms.mute(actor, &room, UserId(user), for_ms).await?;
                self.answer(Ok(wire::Muted { muted_until }));
            }
            RoomCommand::Ban(wire::Ban { room, user, for_ms, reason }) => {
                let ban = NewBan { user: UserId(user), lasting: for_ms, reason };
                rooms.ban(actor, &room, ban).await?;
                self.answer_with_nothing().await?;
            }
            RoomCommand::Unban(wire::About { room, user }) => {
                rooms.unban(actor, &room, UserId(user)).await?;
                self.answer_with_nothing().await?;
            }
            RoomCommand::Level(wire::SetLevel { room, level }) => {
                self.answer_with_room(rooms.set_level(actor, &room, level).await?).await?;
            }
            RoomCommand::Report(wire::Report { room, id, reason }) => {
                rooms.report(actor, &room, MessageId(id), reason).await?;
                self.answer_with_nothing().await?;
            }
        }
        Ok(())
    }

    async fn answer_with_room(&self, view: View) -> Result<(), RoomError> {
        self.services.relay.send(Settle).await?;
        let counted = self.services.rooms.with_unread(self.user.id, vec![view]).await?;
        let room = |(view, unread)| wire::OneRoom {
            room: views::room(view, Some(unread), &self.services.accounts),
        };
        for (view, unread) in &counted {
            self.answer(Ok::<_, Failure>(room((view, *unread))));
        }
        Ok(())
    }

    async fn answer_with_nothing(&self) -> Result<(), RoomError> {
        self.services.relay.send(Settle).await?;
        self.answer(Ok(wire::Nothing {}));
        Ok(())
    }
}

impl From<wire::RoomChanges> for Update {
    fn from(changes: wire::RoomChanges) -> Self {
        let wire::RoomChanges { title, topic, kind, slow_mode, archived } = changes;
        Self { title, topic, kind, slow_mode, archived }
    }
}
