//! Statements for many rows at once, in the words of each database.

use std::sync::OnceLock;

use sqlx::AnyConnection;

use super::connect::SQLITE;

/// Rows of one statement. A few sizes, so that the database keeps each prepared.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

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

    /// Cuts `items` into pieces of the sizes that there are, each with its statement.
    pub fn for_rows<'a, T>(
        &'static self,
        connection: &AnyConnection,
        mut items: &'a [T],
    ) -> impl Iterator<Item = (&'a [T], &'static str)> + use<'a, T> {
        let (statements, numbered) = match connection.backend_name() {
            SQLITE => (&self.sqlite, false),
            _ => (&self.postgres, true),
        };
        let statements = statements
            .get_or_init(|| CHUNKS.map(|rows| (self.sql)(rows, &mut Marks { numbered, taken: 0 })));
        std::iter::from_fn(move || {
            let sizes = CHUNKS.iter().zip(statements);
            let (size, sql) = sizes.into_iter().find(|(size, _)| **size <= items.len())?;
            let (chunk, rest) = items.split_at(*size);
            items = rest;
            Some((chunk, sql.as_str()))
        })
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
