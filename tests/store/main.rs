//! The numbered log on a real database: SQLite always, and PostgreSQL where STONECHAT_TEST_POSTGRES
//! has the address of a server on which databases may be made.

mod log;

use stonechat::domain::{MessageId, RoomName, User, UserId, UserName};
use stonechat::store::{AppendError, Page};

use log::{Log, databases};

#[actix_web::test]
async fn messages_are_numbered_from_1_in_the_order_in_which_they_came() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let ada = user("ada");
        let receipts = log.append_all((0..300).map(|n| log.draft(&ada, &format!("m{n}")))).await;
        let seqs: Vec<u64> = receipts.into_iter().map(|r| r.expect("it is stored").seq).collect();
        assert_eq!(seqs, (1..=300).collect::<Vec<_>>());

        let page = log.history(Page::After(0), 200).await;
        assert_eq!(page.bodies(), (0..200).map(|n| format!("m{n}")).collect::<Vec<_>>());
        assert!(page.more);
        assert_eq!(log.committed_seqs(), (1..=300).collect::<Vec<_>>());
    }
}

#[actix_web::test]
async fn the_same_id_again_gets_the_first_answer_and_stores_nothing() {
    for database in databases().await {
        let ada = user("ada");
        let log = Log::open(&database).await;
        let draft = log.draft(&ada, "once");
        let first = log.append(draft.clone()).await.expect("it is stored");
        assert_eq!(log.append(draft.clone()).await, Ok(first));
        // Together in one batch, and new ones around it.
        let batch = [log.draft(&ada, "a"), draft.clone(), draft.clone(), log.draft(&ada, "b")];
        let receipts = log.append_all(batch).await;
        assert_eq!(receipts[1..3], [Ok(first), Ok(first)]);
        let twice = log.draft(&ada, "twice in one batch");
        let receipts = log.append_all([twice.clone(), twice]).await;
        assert_eq!(receipts[0], receipts[1]);
        log.close().await;

        // And after a restart.
        let log = Log::open(&database).await;
        assert_eq!(log.append(draft).await, Ok(first));
        let page = log.history(Page::After(0), 50).await;
        assert_eq!(page.bodies(), ["once", "a", "b", "twice in one batch"]);
        assert_eq!(page.seqs(), [1, 2, 3, 4]);
    }
}

#[actix_web::test]
async fn an_id_belongs_to_one_author_and_one_room() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let (ada, bob) = (user("ada"), user("bob"));
        let draft = log.draft(&ada, "mine");
        log.append(draft.clone()).await.expect("it is stored");

        let mut stolen = log.draft(&bob, "not mine");
        stolen.id = draft.id;
        assert_eq!(log.append(stolen).await, Err(AppendError::IdTaken));
        let mut moved = draft.clone();
        moved.room = log.other_room("elsewhere").await;
        assert_eq!(log.append(moved).await, Err(AppendError::IdTaken));
        assert_eq!(log.history(Page::After(0), 50).await.bodies(), ["mine"]);
    }
}

#[actix_web::test]
async fn an_edit_and_a_deletion_take_the_next_numbers_and_a_message_keeps_its_own() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let ada = user("ada");
        let [one, two, three] = ["1", "2", "3"].map(|body| log.draft(&ada, body));
        for draft in [&one, &two, &three] {
            log.append(draft.clone()).await.expect("it is stored");
        }
        let edited = log.append(Log::edit(&two, "2b")).await.expect("it is stored");
        assert_eq!((edited.seq, edited.last_seq()), (2, 4));
        let deleted = log.append(Log::deletion(&one)).await.expect("it is stored");
        assert_eq!((deleted.seq, deleted.last_seq()), (1, 5));
        log.append(log.draft(&ada, "6")).await.expect("it is stored");
        assert_eq!(log.committed_seqs(), (1..=6).collect::<Vec<_>>());
        assert_eq!(log.room().await.seq, 6);
        // Again, and after a restart: the first answers.
        assert_eq!(log.append(Log::deletion(&one)).await, Ok(deleted));
        log.close().await;
        let log = Log::open(&database).await;
        assert_eq!(log.append(Log::edit(&two, "2b")).await, Ok(edited));
        assert_eq!(log.append(one.clone()).await.map(|receipt| receipt.seq), Ok(1));
        let back = log.append(Log::edit(&one, "back")).await;
        assert_eq!(back, Err(AppendError::Deleted));

        let page = log.history(Page::After(0), 50).await;
        assert_eq!(page.bodies(), ["", "2b", "3", "6"]);
        assert_eq!((page.seqs(), page.last_seqs()), (vec![1, 2, 3, 6], vec![5, 4, 3, 6]));
        assert!(page.messages[0].is_deleted());
    }
}

#[actix_web::test]
async fn what_changed_since_a_number_is_told_in_the_order_of_the_changes() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let ada = user("ada");
        let drafts: Vec<_> = (1..=10).map(|n| log.draft(&ada, &n.to_string())).collect();
        log.append_all(drafts.clone()).await;
        log.append(Log::edit(&drafts[6], "7b")).await.expect("it is stored");
        log.append(Log::edit(&drafts[1], "2b")).await.expect("it is stored");
        log.append(Log::deletion(&drafts[6])).await.expect("it is stored");

        let page = log.changes(8, 50).await;
        assert_eq!((page.seqs(), page.last_seqs()), (vec![9, 10, 2, 7], vec![9, 10, 12, 13]));
        assert!(!page.more);
        let page = log.changes(0, 3).await;
        assert_eq!((page.last_seqs(), page.more), (vec![1, 3, 4], true));
        assert!(log.changes(13, 50).await.seqs().is_empty());
    }
}

#[actix_web::test]
async fn a_refused_message_leaves_no_gap_and_does_not_harm_its_batch() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let (ada, bob) = (user("ada"), user("bob"));
        let first = log.draft(&ada, "1");
        log.append(first.clone()).await.expect("it is stored");
        let mut stolen = log.draft(&bob, "stolen");
        stolen.id = first.id;
        let mut nowhere = log.draft(&bob, "nowhere");
        nowhere.room = stonechat::domain::RoomId(4711);
        let batch = [log.draft(&ada, "2"), stolen, nowhere, log.draft(&bob, "3")];
        let receipts = log.append_all(batch).await;
        assert_eq!(receipts[1], Err(AppendError::IdTaken));
        assert_eq!(receipts[2], Err(AppendError::NoRoom));
        let page = log.history(Page::After(0), 50).await;
        assert_eq!(
            (page.bodies(), page.seqs()),
            (vec!["1".into(), "2".into(), "3".into()], vec![1, 2, 3])
        );
    }
}

#[actix_web::test]
async fn rooms_are_numbered_each_for_itself() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let ada = user("ada");
        let other = log.other_room("other").await;
        let drafts = (0..100).map(|n| {
            let mut draft = log.draft(&ada, &n.to_string());
            if n % 3 == 0 {
                draft.room = other;
            }
            draft
        });
        log.append_all(drafts).await;
        assert_eq!(log.history(Page::After(0), 200).await.seqs(), (1..=66).collect::<Vec<_>>());
        assert_eq!(log.room().await.seq, 66);
    }
}

#[actix_web::test]
async fn two_writers_on_one_database_leave_no_gap() {
    for database in databases().await {
        let (one, two) = (Log::open(&database).await, Log::open(&database).await);
        let (ada, bob) = (user("ada"), user("bob"));
        let mut shared = one.draft(&ada, "retried at both");
        for round in 0..20 {
            shared.id = MessageId::fresh();
            let at_one = (0..10).map(|n| one.draft(&ada, &format!("{round}/{n}")));
            let at_two = (0..10).map(|n| two.draft(&bob, &format!("{round}/{n}")));
            let at_one = one.append_all(at_one.chain([shared.clone()]));
            let at_two = two.append_all(at_two.chain([shared.clone()]));
            let (at_one, at_two) = futures_util::future::join(at_one, at_two).await;
            assert!(at_one.iter().chain(&at_two).all(Result::is_ok), "{at_one:?} {at_two:?}");
            assert_eq!(at_one[10], at_two[10]);
        }
        let mut seqs = one.history(Page::After(0), 200).await.seqs();
        seqs.extend(one.history(Page::After(200), 200).await.seqs());
        seqs.extend(one.history(Page::After(400), 200).await.seqs());
        assert_eq!(seqs, (1..=420).collect::<Vec<_>>());
    }
}

/// After an error nobody knows how far a commit had come. Here another writer stores what this one did not.
#[actix_web::test]
async fn what_is_stored_although_a_commit_failed_is_passed_on_once_and_in_order() {
    for database in databases().await {
        let (one, two) = (Log::open(&database).await, Log::open(&database).await);
        let (ada, bob) = (user("ada"), user("bob"));
        let first = one.draft(&ada, "1");
        one.append(first.clone()).await.expect("it is stored");
        let lost = one.draft(&ada, "lost and found");

        database.execute("ALTER TABLE messages RENAME TO out_of_reach").await;
        assert_eq!(one.append(lost.clone()).await, Err(AppendError::Storage));
        assert!(!one.store.is_writable());
        database.execute("ALTER TABLE out_of_reach RENAME TO messages").await;
        two.append(lost.clone()).await.expect("it is stored");
        two.append(two.draft(&bob, "3")).await.expect("it is stored");
        two.append(Log::edit(&first, "1b")).await.expect("it is stored");

        // A retry of it is answered as if it had succeeded at once.
        let retried = one.append(lost.clone()).await.expect("it is stored");
        assert_eq!(retried.seq, 2);
        assert!(one.store.is_writable());
        one.append(one.draft(&ada, "5")).await.expect("it is stored");
        assert_eq!(one.committed_seqs(), [1, 2, 3, 4, 5]);
        let page = one.history(Page::After(0), 50).await;
        assert_eq!(page.bodies(), ["1b", "lost and found", "3", "5"]);
    }
}

#[actix_web::test]
async fn a_log_that_could_not_be_written_is_written_again_without_being_asked() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let draft = log.draft(&user("ada"), "1");
        database.execute("ALTER TABLE log RENAME TO out_of_reach").await;
        let since = std::time::Instant::now();
        assert_eq!(log.append(draft.clone()).await, Err(AppendError::Storage));
        assert!(!log.store.is_writable());
        database.execute("ALTER TABLE out_of_reach RENAME TO log").await;
        while !log.store.is_writable() {
            assert!(since.elapsed() < std::time::Duration::from_secs(10), "it does not try again");
            tokio::task::yield_now().await;
        }
        assert_eq!(log.append(draft).await.map(|receipt| receipt.seq), Ok(1));
        assert_eq!(log.committed_seqs(), [1]);
    }
}

#[actix_web::test]
async fn history_is_read_from_any_place_in_both_directions() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let ada = user("ada");
        log.append_all((1..=30).map(|n| log.draft(&ada, &n.to_string()))).await;
        for (page, limit, seqs, more) in [
            (Page::UpTo(30), 5, 26..=30, true),
            (Page::UpTo(10), 50, 1..=10, false),
            (Page::Before(4), 50, 1..=3, false),
            (Page::Before(31), 3, 28..=30, true),
            (Page::After(0), 3, 1..=3, true),
            (Page::After(27), 3, 28..=30, false),
            (Page::Around(15), 4, 13..=16, true),
            (Page::Around(1), 4, 1..=2, false),
            (Page::Before(u64::MAX), 1, 30..=30, true),
            #[expect(clippy::reversed_empty_ranges, reason = "an empty page")]
            (Page::After(u64::MAX), 1, 1..=0, false),
        ] {
            let history = log.history(page, limit).await;
            assert_eq!(history.seqs(), seqs.collect::<Vec<_>>(), "{page:?} {limit}");
            assert_eq!(history.more, more, "{page:?} {limit}");
        }
    }
}

#[actix_web::test]
async fn history_is_found_by_the_time_of_a_message_also_between_changes() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let ada = user("ada");
        // Written: 1, 2, 3, 7, 8, 9, 13, … 57. The numbers between them are those of changes.
        for _ in 0..10 {
            let drafts = [(); 3].map(|()| log.draft(&ada, "hello"));
            log.append_all(drafts.clone()).await;
            log.append_all([Log::edit(&drafts[0], "hi"), Log::edit(&drafts[2], "hi")]).await;
            log.append(Log::deletion(&drafts[1])).await.expect("it is stored");
        }
        database.execute("UPDATE messages SET sent_at = 1000 + seq / 6 * 100").await;
        for (time, seqs, more) in [
            (0, vec![1, 2], false),
            (1000, vec![1, 2], false),
            (1001, vec![2, 3, 7, 8], true),
            (1100, vec![2, 3, 7, 8], true),
            (1101, vec![8, 9, 13, 14], true),
            (1900, vec![50, 51, 55, 56], true),
            (1901, vec![51, 55, 56, 57], true),
            (i64::MAX, vec![51, 55, 56, 57], true),
        ] {
            let page = log.history(Page::At(time), 4).await;
            assert_eq!((page.seqs(), page.more), (seqs, more), "{time}");
        }
    }
}

#[actix_web::test]
async fn a_page_of_long_messages_is_a_short_page() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let (ada, long) = (user("ada"), "x".repeat(16 * 1024));
        log.append_all((0..40).map(|_| log.draft(&ada, &long))).await;
        let page = log.history(Page::After(0), 200).await;
        assert_eq!((page.seqs(), page.more), ((1..=15).collect::<Vec<_>>(), true));
    }
}

#[actix_web::test]
async fn any_text_comes_back_as_it_was() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let text = "'; DROP TABLE messages; -- \u{7f}\u{1}\r\n\t\"\\ é 漢字 🧑‍🚀 \u{202e} \u{ffff}";
        let author = user("O'Brien \u{1f468}\u{200d}\u{1f469} %s $1");
        log.append(log.draft(&author, text)).await.expect("it is stored");
        let page = log.history(Page::After(0), 1).await;
        assert_eq!(page.bodies(), [text]);
        assert_eq!(page.messages[0].author, author);
    }
}

#[actix_web::test]
async fn a_secret_is_made_once() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let made = log.store.secret("test", || "first".into()).await.expect("it is kept");
        let found = log.store.secret("test", || "second".into()).await.expect("it is kept");
        assert_eq!((made.as_str(), found.as_str()), ("first", "first"));
    }
}

#[actix_web::test]
async fn making_a_room_again_changes_nothing() {
    for database in databases().await {
        let log = Log::open(&database).await;
        let lobby = RoomName::lobby();
        log.append(log.draft(&user("ada"), "hello")).await.expect("it is stored");
        let before = log.room().await;
        log.store.create_room(&lobby, 5).await.expect("it is there");
        assert_eq!((log.room().await, before.seq), (before, 1));
        let none = RoomName::parse("none").expect("a slug");
        assert_eq!(log.store.room(&none).await.expect("an answer"), None);
    }
}

fn user(name: &str) -> User {
    User { id: UserId::random(), name: UserName::parse(name).expect("a name") }
}
