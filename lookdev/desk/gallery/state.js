// gallery: state
