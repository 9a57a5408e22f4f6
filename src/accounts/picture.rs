//! Pictures of people: from whatever they send to a small square of ours.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

use crate::auth::hex;
use crate::store::Avatar;

/// Width and height of what is kept.
const SIDE: u32 = 256;

/// The largest width and height that are looked at, and the memory that decoding may take: a photo of 30
/// megapixels. A file of a few bytes can claim to be much more.
const LARGEST_SIDE: u32 = 8192;
const MEMORY: u64 = 128 << 20;

/// As much of a hash as makes a version that nobody guesses.
const VERSION_CHARS: usize = 16;

/// It is no picture, or too large a one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPicture;

/// A picture and its version, which is another one for another picture.
#[derive(Debug)]
pub struct Picture {
    pub avatar: Avatar,
    pub version: String,
}

/// Cuts the middle out of a picture. Only the pixels are kept, and nothing that was said of them. It may
/// take a second, and has to be called where that hurts nobody.
pub fn make_square(bytes: &[u8]) -> Result<Picture, NoPicture> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| NoPicture)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| NoPicture)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || decoder.total_bytes() > MEMORY {
        return Err(NoPicture);
    }
    // A camera says how it was held.
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| NoPicture)?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let square = picture.resize_to_fill(SIDE, SIDE, FilterType::CatmullRom).into_rgba8();
    let mut png = Cursor::new(Vec::new());
    square.write_to(&mut png, ImageFormat::Png).map_err(|_| NoPicture)?;
    let bytes = png.into_inner();
    let mut version = hex(&Sha256::digest(&bytes));
    version.truncate(VERSION_CHARS);
    Ok(Picture { avatar: Avatar { media_type: "image/png".into(), bytes }, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).expect("an image");
        bytes.into_inner()
    }

    #[test]
    fn every_format_becomes_a_square_png() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let made = make_square(&encoded(30, 700, format)).expect("a picture");
            let square = image::load_from_memory(&made.avatar.bytes).expect("a picture");
            assert_eq!((square.width(), square.height()), (SIDE, SIDE), "{format:?}");
            assert_eq!(made.avatar.media_type, "image/png");
            assert_eq!(made.version.len(), 16);
        }
    }

    #[test]
    fn garbage_cut_off_pictures_and_bombs_are_refused() {
        let png = encoded(64, 64, ImageFormat::Png);
        let cut = png.get(..png.len() / 2).expect("half of it");
        let mut bomb = png.clone();
        // Width and height of a PNG are in its 17th byte and behind.
        bomb[16..24].copy_from_slice(&[0, 0, 0x1f, 0xff, 0, 0, 0x1f, 0xff]);
        let huge = encoded(LARGEST_SIDE + 1, 1, ImageFormat::Png);
        for bytes in
            [&b""[..], b"GIF89a", b"<svg xmlns='x'/>", b"\x89PNG\r\n\x1a\n", cut, &bomb, &huge]
        {
            assert!(make_square(bytes).is_err(), "{:?}", bytes.get(..8));
        }
    }
}
