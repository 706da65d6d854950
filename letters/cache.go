package letters

import "sync"

// cacheBytes bounds what a press keeps of laid-out parts. A campaign has a few variants of a
// notice, far below it; where "static" blocks are all different, the cache is emptied and begins
// again.
const cacheBytes = 16 << 20

// cache keeps laid-out parts by everything that their layout depends on. It is safe for concurrent
// use.
type cache struct {
	mu    sync.RWMutex
	parts map[string]*laid
	bytes int
}

// get returns the part for a key, laying it out where it is new.
func (c *cache) get(key []byte, lay func() (*laid, error)) (*laid, error) {
	c.mu.RLock()
	l := c.parts[string(key)]
	c.mu.RUnlock()
	if l != nil {
		return l, nil
	}
	l, err := lay()
	if err != nil {
		return nil, err
	}
	c.put(string(key), l)
	return l, nil
}

func (c *cache) put(key string, l *laid) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := len(key) + l.size()
	if c.parts == nil || c.bytes+size > cacheBytes {
		c.parts, c.bytes = map[string]*laid{}, 0
	}
	c.parts[key] = l
	c.bytes += size
}
