// A second script on the same page finds the elements registered, and leaves them as they are.
export function register(elements: Record<string, CustomElementConstructor>): void {
    for (const [tag, element] of Object.entries(elements))
        if (!customElements.get(tag)) customElements.define(tag, element);
}
