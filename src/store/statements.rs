//! Statements for many rows at once, in the words of each database, and many statements at once.

use std::sync::OnceLock;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, Arguments, AssertSqlSafe, Encode, Type};

use super::connect::SQLITE;

/// Rows of one statement. A few sizes, so that the database keeps each prepared.
const CHUNKS: [usize; 6] = [64, 16, 8, 4, 2, 1];

/// One statement in the sizes of [`CHUNKS`].
pub struct Statements {
    sql: fn(usize, &mut Marks) -> String,
    sqlite: OnceLock<[String; CHUNKS.len()]>,
    postgres: OnceLock<[String; CHUNKS.len()]>,
}

impl Statements {
    /// `sql` makes the statement for a number of rows; values are bound in the order of its marks.
    pub const fn new(sql: fn(usize, &mut Marks) -> String) -> Self {
        Self { sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// The statement for a single row.
    pub fn for_one(&'static self, connection: &AnyConnection) -> &'static str {
        let [.., one] = self.of(connection);
        one
    }

    /// Cuts `items` into pieces of the sizes that there are, each with its statement.
    pub fn for_rows<'a, T>(
        &'static self,
        connection: &AnyConnection,
        mut items: &'a [T],
    ) -> impl Iterator<Item = (&'a [T], &'static str)> + use<'a, T> {
        let statements = self.of(connection);
        std::iter::from_fn(move || {
            let sizes = CHUNKS.iter().zip(statements);
            let (size, sql) = sizes.into_iter().find(|(size, _)| **size <= items.len())?;
            let (chunk, rest) = items.split_at(*size);
            items = rest;
            Some((chunk, sql.as_str()))
        })
    }

    fn of(&'static self, connection: &AnyConnection) -> &'static [String; CHUNKS.len()] {
        let (statements, numbered) = match connection.backend_name() {
            SQLITE => (&self.sqlite, false),
            _ => (&self.postgres, true),
        };
        statements
            .get_or_init(|| CHUNKS.map(|rows| (self.sql)(rows, &mut Marks { numbered, taken: 0 })))
    }
}

/// Marks in a statement in whose place values are put.
pub struct Marks {
    /// PostgreSQL wants numbers. SQLite takes them too, and then looks for each among all of them.
    numbered: bool,
    taken: usize,
}

impl Marks {
    /// So many, with commas between them.
    pub fn take(&mut self, count: usize) -> String {
        let first = self.taken + 1;
        self.taken += count;
        let mark = |number| if self.numbered { format!("${number}") } else { "?".into() };
        (first..=self.taken).map(mark).collect::<Vec<_>>().join(", ")
    }
}

/// Statements none of which depends on what came of the one before. SQLite gets them in one go, because
/// every single one costs a way to its thread and back, which takes longer than a small statement;
/// PostgreSQL gets them one by one.
pub struct Script {
    in_one_go: bool,
    parts: Vec<(String, AnyArguments)>,
}

impl Script {
    pub fn new(connection: &AnyConnection) -> Self {
        Self { in_one_go: connection.backend_name() == SQLITE, parts: Vec::new() }
    }

    /// Adds a statement. The values of its marks, which are [`Marks`], are bound next.
    pub fn add(&mut self, sql: &str) -> &mut Self {
        match self.parts.last_mut() {
            Some((text, _)) if self.in_one_go => text.extend(["; ", sql]),
            _ => self.parts.push((sql.to_owned(), AnyArguments::default())),
        }
        self
    }

    pub fn bind<T: for<'a> Encode<'a, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        let (_, arguments) = self.parts.last_mut().expect("values belong to a statement");
        arguments.add(value).expect("numbers and texts have no form that is not allowed");
        self
    }

    /// Runs the statements, and answers with the rows that they return. If one of them fails, those before
    /// it are done.
    pub async fn run(self, connection: &mut AnyConnection) -> sqlx::Result<Vec<AnyRow>> {
        let mut rows = Vec::new();
        for (sql, arguments) in self.parts {
            let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
            rows.append(&mut query.fetch_all(&mut *connection).await?);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_numbered_where_the_database_wants_it() {
        let mut marks = Marks { numbered: true, taken: 0 };
        assert_eq!([marks.take(2), marks.take(1)], ["$1, $2", "$3"]);
        let mut marks = Marks { numbered: false, taken: 0 };
        assert_eq!([marks.take(2), marks.take(1)], ["?, ?", "?"]);
    }
}
