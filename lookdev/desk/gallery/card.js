// gallery: card
