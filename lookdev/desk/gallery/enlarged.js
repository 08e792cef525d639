// gallery: enlarged
