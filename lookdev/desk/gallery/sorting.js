// gallery: sorting
