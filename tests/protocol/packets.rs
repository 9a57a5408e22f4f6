//! Socket.IO packets say the same after they were sent.

use proptest::prelude::*;
use stonechat::socketio::packet::{Decoder, Malformed, Packet, encode};

use crate::support::strategies::packet;

proptest! {
    #[test]
    fn a_packet_is_the_same_on_the_other_side(packet in packet()) {
        prop_assert_eq!(send(&packet), Ok(Some(packet)));
    }

    #[test]
    fn packets_one_after_the_other_do_not_mix(first in packet(), second in packet()) {
        let mut decoder = Decoder::new(usize::MAX);
        prop_assert_eq!(send_to(&mut decoder, &first), Ok(Some(first)));
        prop_assert_eq!(send_to(&mut decoder, &second), Ok(Some(second)));
    }
}

/// A packet as the other side gets it; nothing before its last message.
fn send(packet: &Packet) -> Result<Option<Packet>, Malformed> {
    send_to(&mut Decoder::new(usize::MAX), packet)
}

fn send_to(decoder: &mut Decoder, packet: &Packet) -> Result<Option<Packet>, Malformed> {
    let mut received = Ok(None);
    for message in encode::messages(packet.clone()) {
        assert_eq!(received, Ok(None), "{packet:?} is whole before its last message");
        received = decoder.decode(message);
    }
    received
}
