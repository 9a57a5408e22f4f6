//! Making rooms and changing them.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::case::account;
use super::{Actor, Case, Registry, RoomError};
use crate::access::{Role, RoomAction, RoomKind, RoomMakers, ServerAction, decide_on_server};
use crate::chat::View;
use crate::chat::messages::{LetIn, RoomChanged};
use crate::domain::{RoomId, RoomName, RoomTitle, Topic, UserId, now};
use crate::store::{AuditAction, Details, Membership, Room, StoreError, members, rooms};

/// The most people in a direct room.
pub const DIRECT_PEOPLE: usize = 10;

/// A room that is to be made.
#[derive(Debug, Clone)]
pub struct Draft {
    pub title: RoomTitle,
    pub topic: Topic,
    /// Not a direct one.
    pub kind: RoomKind,
}

/// What is to be changed of a room.
#[derive(Debug, Clone, Default)]
pub struct Update {
    pub title: Option<RoomTitle>,
    pub topic: Option<Topic>,
    /// Not a direct one.
    pub kind: Option<RoomKind>,
    /// In seconds.
    pub slow_mode: Option<u32>,
    pub archived: Option<bool>,
}

impl Registry {
    /// Makes a room; the actor becomes its moderator.
    pub async fn create(
        &self,
        actor: &Actor,
        draft: Draft,
        makers: RoomMakers,
    ) -> Result<View, RoomError> {
        let mut case = self.case(actor).await?;
        decide_on_server(case.role, ServerAction::CreateRoom(makers))?;
        let user = case.user.id;
        self.check_place(&mut case, user).await?;
        let Draft { title, topic, kind } = draft;
        let details = Details { kind, title, topic, ..Details::default() };
        let room = self.make(&mut case, details).await?;
        let (role, by) = (case.role, case.session);
        let membership = Membership { moderator: true, ..Membership::new(case.position, 0) };
        members::insert(case.transaction.connection(), user, room.id, &membership, case.now)
            .await?;
        case.record(AuditAction::RoomCreated, &room, None, None).await?;
        let turn = case.commit().await?;
        let let_in = LetIn { user, room: room.clone(), membership, by };
        self.let_in(actor, turn, vec![let_in]).await?;
        self.view(room, role, membership.standing(now()), Some(membership)).await
    }

    /// Whether somebody may be in one room more.
    pub(super) async fn check_place(&self, case: &mut Case, user: UserId) -> Result<(), RoomError> {
        let limit = self.rooms_of_user;
        // A guest is in the lobby too, which is not written down.
        let unwritten = usize::from(case.role == Role::Guest && user == case.user.id);
        let written = members::count_rooms(case.transaction.connection(), user).await?;
        if written + unwritten >= limit { Err(RoomError::TooManyRooms(limit)) } else { Ok(()) }
    }

    /// The direct room of the actor and some others, which is made if there is none.
    pub async fn direct(&self, actor: &Actor, people: &[UserId]) -> Result<View, RoomError> {
        let mut case = self.case(actor).await?;
        decide_on_server(case.role, ServerAction::Direct)?;
        let (user, role) = (case.user.id, case.role);
        let people: BTreeSet<UserId> = people.iter().copied().chain([user]).collect();
        if people.len() < 2 || people.len() > DIRECT_PEOPLE {
            return Err(RoomError::People(DIRECT_PEOPLE));
        }
        for person in &people {
            if account(case.transaction.connection(), *person).await?.is_none() {
                return Err(RoomError::NoPerson);
            }
        }
        let people: Vec<_> = people.into_iter().collect();
        let mut changes = Vec::new();
        let membership = Membership::new(case.position, 0);
        let room = if let Some(room) =
            rooms::find_by_people(case.transaction.connection(), &people).await?
        {
            room
        } else {
            // They cannot be left, so that nobody is to be filled up with them by others.
            let made = members::count_direct(case.transaction.connection(), user).await?;
            if made >= self.rooms_of_user {
                return Err(RoomError::TooManyRooms(self.rooms_of_user));
            }
            let kind = RoomKind::Direct;
            let details = Details { kind, people: people.clone(), ..Details::default() };
            let room = self.make(&mut case, details).await?;
            for user in people {
                let now = case.now;
                members::insert(case.transaction.connection(), user, room.id, &membership, now)
                    .await?;
                let by = case.session.filter(|_| user == case.user.id);
                let room = room.clone();
                changes.push(LetIn { user, room, membership, by });
            }
            room
        };
        let found =
            members::find(case.transaction.connection(), user, role, &room, case.now).await?;
        let turn = case.commit().await?;
        self.let_in(actor, turn, changes).await?;
        self.view(room, role, found.standing, found.membership).await
    }

    /// A name that nobody can guess goes to rooms that not everybody may know of, so that no other name tells
    /// whether they are there.
    async fn make(&self, case: &mut Case, details: Details) -> Result<Room, RoomError> {
        if rooms::count(case.transaction.connection()).await? >= self.rooms {
            return Err(RoomError::TooManyRooms(self.rooms));
        }
        let slug = match details.kind {
            RoomKind::Direct => "direct".to_owned(),
            _ => details.title.slug(),
        };
        let slug = if slug.is_empty() { "room".to_owned() } else { slug };
        let mut name = if details.kind.is_hidden() { None } else { RoomName::parse(&slug).ok() };
        loop {
            if let Some(name) = name {
                let made = rooms::insert(case.transaction.connection(), &name, &details, case.now);
                if let Some(RoomId(id)) = made.await? {
                    return Ok(Room { id: RoomId(id), name, seq: 0, details: details.into() });
                }
            }
            name = Some(unguessable(&slug));
        }
    }

    pub async fn update(
        &self,
        actor: &Actor,
        room: &RoomName,
        update: Update,
    ) -> Result<View, RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Update)?;
        let before = &*scene.room.details;
        let details = Details {
            kind: update.kind.unwrap_or(before.kind),
            title: update.title.unwrap_or_else(|| before.title.clone()),
            topic: update.topic.unwrap_or_else(|| before.topic.clone()),
            slow_mode: update.slow_mode.unwrap_or(before.slow_mode),
            archived: update.archived.unwrap_or(before.archived),
            people: before.people.clone(),
        };
        if (details.kind, details.archived) != (before.kind, before.archived) {
            case.decide(&scene, RoomAction::Convert)?;
        }
        if details == *before {
            return self
                .view(scene.room, case.role, scene.found.standing, scene.found.membership)
                .await;
        }
        let room = Room { details: details.into(), ..scene.room };
        rooms::update(case.transaction.connection(), &room, case.now).await?;
        case.record(AuditAction::RoomUpdated, &room, None, None).await?;
        let role = case.role;
        let turn = case.commit().await?;
        self.tell(actor, turn, vec![RoomChanged::Details(room.clone())]).await?;
        self.view(room, role, scene.found.standing, scene.found.membership).await
    }

    /// Deletes a room with all that is in it.
    pub async fn delete(&self, actor: &Actor, room: &RoomName) -> Result<(), RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Convert)?;
        rooms::delete(case.transaction.connection(), scene.room.id, case.now).await?;
        case.record(AuditAction::RoomDeleted, &scene.room, None, None).await?;
        let turn = case.commit().await?;
        self.tell(actor, turn, vec![RoomChanged::Deleted(scene.room.id)]).await?;
        actix::spawn(self.clone().erase_deleted());
        Ok(())
    }

    /// Erases what was in deleted rooms, little by little, as messages are to be stored meanwhile. One at a
    /// time does it; who comes second has nothing to do.
    pub async fn erase_deleted(self) {
        let Ok(_alone) = self.erasing.try_lock() else { return };
        if let Err(error) = self.try_erasing().await
            && !error.is_of_stopping()
        {
            log::warn!("a deleted room is not erased yet: {error}; the next start tries again");
        }
    }

    async fn try_erasing(&self) -> Result<(), StoreError> {
        const AT_ONCE: u32 = 200;
        loop {
            let rooms = self.store.deleted_rooms().await?;
            if rooms.is_empty() {
                return Ok(());
            }
            for room in rooms {
                while self.store.erase_some(room, AT_ONCE).await? {
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

fn unguessable(slug: &str) -> RoomName {
    let random = Uuid::new_v4().simple().to_string();
    let kept: String = slug.chars().take(40).collect();
    RoomName::parse(&format!("{kept}-{}", &random[..16])).expect("slugs and hexadecimal digits")
}
