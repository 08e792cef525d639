// gallery: thumbs
