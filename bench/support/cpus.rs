//! Which CPUs work for whom, so that the load takes nothing from the server.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// Keeps this thread, and the processes that it starts from now on, on some CPUs.
pub fn keep_on(cpus: &[usize]) {
    let mut set = CpuSet::new();
    for cpu in cpus {
        set.set(*cpu);
    }
    sched_setaffinity(None, &set)
        .unwrap_or_else(|error| panic!("the CPUs {cpus:?} cannot be had: {error}"));
}

/// Each client is a file of this process, and at least one of the server's, which has the same limit.
pub fn raise_file_limit() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit { current: maximum, maximum };
    setrlimit(Resource::Nofile, raised).expect("what may be had can be had");
}
