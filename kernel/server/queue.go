package server

import "sync"

// queue holds requests until their turn comes. It has no bound: who sends holds
// the key and would wait for the replies otherwise.
type queue struct {
	mu     sync.Mutex
	change *sync.Cond
	list   []request
	closed bool
}

func newQueue() *queue {
	q := new(queue)
	q.change = sync.NewCond(&q.mu)
	return q
}

func (q *queue) push(r request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, r)
	q.change.Signal()
}

// pop waits for a request. It returns false when the queue has been closed.
func (q *queue) pop() (request, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.list) == 0 && !q.closed {
		q.change.Wait()
	}
	if q.closed {
		return request{}, false
	}
	r := q.list[0]
	q.list = q.list[1:]
	return r, true
}

// take removes and returns the requests of a type.
func (q *queue) take(msgType string) []request {
	q.mu.Lock()
	defer q.mu.Unlock()
	var taken, left []request
	for _, r := range q.list {
		if r.Header.MsgType == msgType {
			taken = append(taken, r)
		} else {
			left = append(left, r)
		}
	}
	q.list = left
	return taken
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.change.Broadcast()
}
