"""Payment providers: each an adapter of the shape of `payment_provider.Provider` over plain HTTP calls.

Their own libraries are not used: two calls and one signature are less than they bring, and our calls are bounded and
led to checked addresses (`engine.outside`).
"""
