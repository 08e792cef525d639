// gallery: keys
