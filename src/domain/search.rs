/// The most that one page of a list has.
pub const LARGEST_PAGE: u32 = 200;

/// How many one page has, unless another number is asked for.
const PAGE: u32 = 50;

/// Which page of a list.
#[derive(Debug, Clone)]
pub struct Search<T> {
    /// What their name has in it.
    pub query: Option<String>,
    /// The last one of the page before.
    pub after: Option<T>,
    pub limit: u32,
}

impl<T> Search<T> {
    /// `limit` is brought into its bounds.
    pub fn new(query: Option<String>, after: Option<T>, limit: Option<u32>) -> Self {
        let limit = limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
        Self { query: query.filter(|query| !query.trim().is_empty()), after, limit }
    }
}
