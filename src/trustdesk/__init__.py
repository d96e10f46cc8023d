"""TrustDesk: the open desk for the people who keep a platform safe and treat its users fairly."""

__version__ = "0.1.0"
