use serde_json::{Value, json};
use tokio::time::timeout;

use super::{Api, Client, Dress, PASSWORD, PATIENCE, Served, TestApp};

/// Somebody with an account: a program over HTTP, and on as many connections as like.
pub struct Account {
    pub id: String,
    pub token: String,
    pub http: Api,
}

impl Account {
    /// The first one of a new server.
    pub async fn owner(app: &TestApp) -> Self {
        let page = Api::owner(app).await;
        Self::signed_in(app, page, "Olga").await
    }

    pub async fn member(app: &TestApp, owner: &mut Self, name: &str) -> Self {
        let page = Api::member(app, &mut owner.http, name).await;
        Self::signed_in(app, page, name).await
    }

    pub async fn admin(app: &TestApp, owner: &mut Self, name: &str) -> Self {
        let admin = Self::member(app, owner, name).await;
        owner.promote(&admin, "admin").await;
        admin
    }

    async fn signed_in(app: &impl Served, mut page: Api, name: &str) -> Self {
        let id = page.id().await;
        let token = Self::sign_in(app, name).await;
        let http = Api::program(app, &token);
        Self { id, token, http }
    }

    /// The token of another sign-in.
    pub async fn sign_in(app: &impl Served, name: &str) -> String {
        let body = json!({ "name": name, "password": PASSWORD, "cookie": false });
        let me = Api::page(app).post("/session", body).await.expect(200);
        me["token"].as_str().expect("a token").to_owned()
    }

    /// The same one on a server that was started again.
    pub fn again(self, app: &impl Served) -> Self {
        let http = Api::program(app, &self.token);
        Self { http, ..self }
    }

    pub async fn client(&self, app: &impl Served, dress: Dress) -> Client {
        Client::welcomed(app, dress, &json!({ "token": self.token })).await
    }

    pub async fn promote(&mut self, other: &Self, role: &str) {
        let path = format!("/accounts/{}", other.id);
        self.http.patch(&path, json!({ "role": role })).await.expect(200);
    }

    /// Makes a room, and answers with its name.
    pub async fn create(&mut self, title: &str, kind: &str) -> String {
        let body = json!({ "title": title, "kind": kind });
        name_of(&self.http.post("/rooms", body).await.expect(201))
    }

    /// The name of the direct room with others.
    pub async fn direct(&mut self, others: &[&Self]) -> String {
        let people: Vec<_> = others.iter().map(|other| other.id.as_str()).collect();
        name_of(&self.http.post("/direct", json!({ "people": people })).await.expect(200))
    }

    pub async fn join(&mut self, room: &str) {
        let path = format!("/rooms/{room}/members/me");
        self.http.put(&path, json!({})).await.expect(200);
    }

    pub async fn invite(&mut self, room: &str, other: &str) {
        let path = format!("/rooms/{room}/members/{other}");
        self.http.put(&path, json!({})).await.expect(200);
    }

    pub async fn remove(&mut self, room: &str, other: &str) {
        self.http.delete(&format!("/rooms/{room}/members/{other}")).await.expect(204);
    }

    /// Writes over HTTP, and answers with the id of the message.
    pub async fn post(&mut self, room: &str, body: &str) -> String {
        let path = format!("/rooms/{room}/messages");
        let sent = self.http.post(&path, json!({ "body": body })).await.expect(201);
        sent["id"].as_str().expect("an id").to_owned()
    }

    pub async fn room(&mut self, room: &str) -> Value {
        self.http.get(&format!("/rooms/{room}")).await.expect(200)
    }
}

pub fn name_of(room: &Value) -> String {
    room["name"].as_str().expect("a name").to_owned()
}

/// A room in a `welcome`; null if it is not there.
pub fn room_in(welcome: &Value, name: &str) -> Value {
    let rooms = welcome["rooms"].as_array().expect("rooms");
    rooms.iter().find(|room| room["name"] == name).cloned().unwrap_or_default()
}

/// A guest who goes and comes back; the lobby is theirs again once the server knows that they went.
pub async fn back_in_lobby(app: &TestApp, mut guest: Client) -> Client {
    let (dress, token) = (guest.dress, guest.token().to_owned());
    let back = async {
        loop {
            guest.disconnect().await;
            guest = app.client_again(dress, &token).await;
            if room_in(&guest.welcome, "lobby")["joined"] == true {
                return guest;
            }
        }
    };
    timeout(PATIENCE, back).await.expect("they are in the lobby again")
}
